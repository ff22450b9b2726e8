package org.smalloc4j.bench.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.bench.picture.HeapPicture.Cell;
import org.smalloc4j.bench.picture.HeapPicture.Kind;
import org.smalloc4j.bench.picture.HeapPicture.Row;
import org.smalloc4j.bench.svg.Elements;

class HeapPicturesTest {

  private final Map<String, HeapPicture> pictures = HeapPictures.all();

  private static long count(HeapPicture picture, Kind kind) {
    return picture.rows().stream()
        .flatMap(row -> row.cells().stream())
        .filter(cell -> cell.kind() == kind)
        .count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"slab.svg", "binned.svg", "smalloc.svg"})
  void eachLiveBlockIsACell(String file) {
    HeapPicture picture = pictures.get(file);
    assertEquals(Integer.parseInt(picture.remark().split(" ")[0]), count(picture, Kind.LIVE));
    assertTrue(count(picture, Kind.FREE) > 0, picture::toString);
  }

  @Test
  void aHeaderStandsBeforeEachBlockOfFirstFit() {
    HeapPicture picture = pictures.get("first-fit.svg");
    for (Row row : picture.rows()) {
      for (int i = 1; i < row.cells().size(); i++) {
        boolean isHeader = row.cells().get(i - 1).kind() == Kind.HEADER;
        assertEquals(!isHeader, row.cells().get(i).kind() == Kind.HEADER, row::toString);
      }
    }
  }

  @Test
  void cellsOfARowAreWithinItAndSideBySide() {
    for (HeapPicture picture : pictures.values()) {
      for (Row row : picture.rows()) {
        long end = 0;
        for (Cell cell : row.cells()) {
          assertTrue(cell.offset() >= end && cell.byteSize() > 0, row::toString);
          end = cell.offset() + cell.byteSize();
        }
        assertTrue(end <= row.byteSize(), row::toString);
      }
    }
  }

  @Test
  void aDrawingHasABarForEachCellInTheColourOfItsKindAndAKey() {
    var cells = List.of(new Cell(0, 16, Kind.LIVE), new Cell(48, 16, Kind.FREE));
    var picture = new HeapPicture("a heap", "small", List.of(new Row("row", 64, cells)));
    var drawing = new Elements(HeapDrawing.svg(picture));
    assertTrue(drawing.texts().containsAll(List.of("a heap", "small", "row", "live", "free")));
    var live = drawing.filled("rect", Kind.LIVE.colour());
    var freed = drawing.filled("rect", Kind.FREE.colour());
    assertEquals(2, live.size()); // the key, the cell
    double distance = Elements.length(freed.getLast(), "x") - Elements.length(live.getLast(), "x");
    assertEquals(640.0 * 48 / 64, distance, 0.2);
  }

  @Test
  void theSameCallsMakeTheSamePicture() {
    assertEquals(pictures.get("first-fit.svg"), HeapPictures.all().get("first-fit.svg"));
  }
}
