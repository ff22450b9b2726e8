package org.smalloc4j.bench.picture;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.smalloc4j.bench.picture.HeapPicture.Cell;
import org.smalloc4j.bench.picture.HeapPicture.Kind;
import org.smalloc4j.bench.picture.HeapPicture.Row;
import org.smalloc4j.bench.svg.Svg;
import org.smalloc4j.bench.svg.Svg.Anchor;

/** A picture of a heap as SVG: a bar for each row, all to the same scale. */
final class HeapDrawing {

  private static final double LEFT = 150;
  private static final double MEMORY = 640;
  private static final double MARGIN = 10;
  private static final double TOP = 64;
  private static final double ROW = 22;
  private static final double BAR = 16;
  private static final double BASELINE = 12;
  private static final double KEY = 130;
  private static final String NOBODYS = "#f3f4f6";

  private HeapDrawing() {}

  /** The document. */
  static String svg(HeapPicture picture) {
    List<Row> rows = picture.rows();
    long most = rows.stream().mapToLong(Row::byteSize).max().orElse(1);
    var svg = new Svg(LEFT + MEMORY + MARGIN, TOP + rows.size() * ROW + MARGIN);
    svg.title(MARGIN, 2 * MARGIN, picture.title());
    svg.text(MARGIN, 3.5 * MARGIN, Anchor.START, picture.remark());
    drawKey(svg, kinds(rows));
    double y = TOP;
    for (Row row : rows) {
      double scale = MEMORY / most;
      svg.text(LEFT - MARGIN, y + BASELINE, Anchor.END, row.label());
      svg.rectangle(LEFT, y, row.byteSize() * scale, BAR, NOBODYS);
      for (Cell cell : row.cells()) {
        drawCell(svg, LEFT + cell.offset() * scale, y, cell.byteSize() * scale, cell.kind());
      }
      y += ROW;
    }
    return svg.toString();
  }

  private static Set<Kind> kinds(List<Row> rows) {
    var kinds = EnumSet.noneOf(Kind.class);
    rows.forEach(row -> row.cells().forEach(cell -> kinds.add(cell.kind())));
    return kinds;
  }

  private static void drawKey(Svg svg, Set<Kind> kinds) {
    double x = LEFT;
    for (Kind kind : Arrays.stream(Kind.values()).filter(kinds::contains).toList()) {
      svg.rectangle(x, TOP - 2 * MARGIN, MARGIN, MARGIN, kind.colour());
      svg.text(x + 1.5 * MARGIN, TOP - MARGIN, Anchor.START, kind.label());
      x += KEY;
    }
  }

  /** With a gap to the next one, where there is room for it. */
  private static void drawCell(Svg svg, double x, double y, double width, Kind kind) {
    double gap = width > 3 ? 0.5 : 0;
    svg.rectangle(x, y, Math.max(0.5, width - gap), BAR, kind.colour());
  }
}
