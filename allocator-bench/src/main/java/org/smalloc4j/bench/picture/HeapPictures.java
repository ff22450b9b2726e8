package org.smalloc4j.bench.picture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.smalloc4j.Smalloc;
import org.smalloc4j.bench.picture.HeapPicture.Cell;
import org.smalloc4j.bench.picture.HeapPicture.Kind;
import org.smalloc4j.bench.picture.HeapPicture.Row;
import org.smalloc4j.bench.report.WholeFile;
import org.smalloc4j.classic.BinnedAllocator;
import org.smalloc4j.classic.ClassicRows;
import org.smalloc4j.classic.FirstFitAllocator;
import org.smalloc4j.classic.Growers;
import org.smalloc4j.classic.SpinLockSlabAllocator;

/** A heap of each design after the same calls, as a picture. */
public final class HeapPictures {

  private static final int ROW_BYTES = 4096;
  private static final int[] SLAB_CLASSES = {16, 32, 64, 128, 256, 512};

  /** The longest row of slots that is drawn. */
  private static final long MOST_BYTES = 16 * 1024;

  private HeapPictures() {}

  /** Fills the heaps and writes a file for each. */
  public static void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (Map.Entry<String, HeapPicture> each : all().entrySet()) {
      WholeFile.write(directory.resolve(each.getKey()), HeapDrawing.svg(each.getValue()));
    }
  }

  /** By file name. */
  static Map<String, HeapPicture> all() {
    Map<String, HeapPicture> pictures = new LinkedHashMap<>();
    pictures.put("slab.svg", slab());
    pictures.put("binned.svg", binned());
    pictures.put("first-fit.svg", firstFit());
    pictures.put("smalloc.svg", smalloc());
    return pictures;
  }

  private static HeapPicture slab() {
    try (SpinLockSlabAllocator heap = SpinLockSlabAllocator.builder().build()) {
      var filled = new FilledHeap(heap);
      var picture =
          new HeapPicture(
              "SpinLockSlabAllocator: slabs of 4 KiB, each cut into slots of one class",
              remark(filled),
              ClassicRows.of(heap, ROW_BYTES, SLAB_CLASSES));
      filled.freeAll();
      return picture;
    }
  }

  private static HeapPicture binned() {
    try (BinnedAllocator heap = BinnedAllocator.create()) {
      var filled = new FilledHeap(heap);
      var picture =
          new HeapPicture(
              "BinnedAllocator: OS pages of bins; what was freed is on the list of a cache",
              remark(filled),
              ClassicRows.of(heap));
      filled.freeAll();
      return picture;
    }
  }

  private static HeapPicture firstFit() {
    try (FirstFitAllocator heap = FirstFitAllocator.locked(Growers.reserved(1 << 24))) {
      var filled = new FilledHeap(heap);
      var picture =
          new HeapPicture(
              "FirstFitAllocator: a header before each block, blocks of any size side by side",
              remark(filled),
              upToLastLive(ClassicRows.of(heap, ROW_BYTES)));
      filled.freeAll();
      return picture;
    }
  }

  /** Without the rows at the end that are free: the grower has given more than was needed yet. */
  private static List<Row> upToLastLive(List<Row> rows) {
    int end = rows.size();
    while (rows.get(end - 1).cells().stream().noneMatch(cell -> cell.kind() == Kind.LIVE)) {
      end--;
    }
    return rows.subList(0, end);
  }

  private static HeapPicture smalloc() {
    try (Smalloc heap = Smalloc.create()) {
      var filled = new FilledHeap(heap);
      var picture =
          new HeapPicture(
              "Smalloc: the area of each size class in the slab that the thread owns",
              remark(filled),
              areas(filled));
      filled.freeAll();
      return picture;
    }
  }

  /**
   * A row for each size class, from addresses alone: slots that lie beside each other from the
   * lowest one handed out to the highest.
   */
  private static List<Row> areas(FilledHeap filled) {
    Map<Long, List<Long>> bySlot = new TreeMap<>();
    filled
        .handedOut()
        .forEach(
            (address, size) -> bySlot.computeIfAbsent(size, _ -> new ArrayList<>()).add(address));
    List<Row> rows = new ArrayList<>();
    bySlot.forEach((slotBytes, addresses) -> rows.add(area(filled, slotBytes, addresses)));
    return rows;
  }

  private static Row area(FilledHeap filled, long slotBytes, List<Long> addresses) {
    long begin = addresses.getFirst();
    long end = Math.min(addresses.getLast() + slotBytes - begin, MOST_BYTES);
    List<Cell> cells = new ArrayList<>();
    for (long offset = 0; offset < end; offset += slotBytes) {
      boolean isKnown = filled.handedOut().containsKey(begin + offset);
      Kind kind = !isKnown ? Kind.FRESH : filled.isLive(begin + offset) ? Kind.LIVE : Kind.FREE;
      cells.add(new Cell(offset, slotBytes, kind));
    }
    return new Row("class of " + slotBytes, end, cells);
  }

  private static String remark(FilledHeap filled) {
    return filled.blocks() + " blocks of 16 to 511 bytes are live, others were freed";
  }
}
