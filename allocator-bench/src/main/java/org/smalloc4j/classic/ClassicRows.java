package org.smalloc4j.classic;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.smalloc4j.bench.picture.HeapPicture.Cell;
import org.smalloc4j.bench.picture.HeapPicture.Kind;
import org.smalloc4j.bench.picture.HeapPicture.Row;

/**
 * The memory of classic designs as rows of a picture. In their package, since what they are made of
 * is nothing that users of the library should see.
 */
public final class ClassicRows {

  private ClassicRows() {}

  /** The slabs of some classes. */
  public static List<Row> of(SpinLockSlabAllocator allocator, int slabBytes, int... classes) {
    List<Row> rows = new ArrayList<>();
    for (int slotBytes : classes) {
      for (SlabPicture slab : allocator.pictures(slotBytes)) {
        List<Cell> cells = new ArrayList<>();
        for (int slot = 0; slot < slab.slots().size(); slot++) {
          long offset = slab.colourBytes() + (long) slot * slotBytes;
          cells.add(new Cell(offset, slotBytes, kind(slab.slots().get(slot))));
        }
        rows.add(new Row("slab, class " + slotBytes, slabBytes, cells));
      }
    }
    return rows;
  }

  private static Kind kind(SlabPicture.State state) {
    return switch (state) {
      case LIVE -> Kind.LIVE;
      case FREED -> Kind.FREE;
      case FRESH -> Kind.FRESH;
    };
  }

  /** The OS pages of all bins. */
  public static List<Row> of(BinnedAllocator allocator) {
    BinnedPicture picture = BinnedPicture.of(allocator);
    Set<Long> free = new HashSet<>();
    picture.bins().forEach(bin -> free.addAll(bin.slots()));
    List<Row> rows = new ArrayList<>();
    for (BinnedPicture.Page page : picture.pages()) {
      List<Cell> cells = new ArrayList<>();
      for (int slot = 0; slot < page.slots(); slot++) {
        long offset = slot * page.slotBytes();
        boolean isFree = free.contains(page.address() + offset);
        Kind kind = slot >= page.handedOut() ? Kind.FRESH : isFree ? Kind.FREE : Kind.LIVE;
        cells.add(new Cell(offset, page.slotBytes(), kind));
      }
      long byteSize = page.slots() * page.slotBytes();
      rows.add(new Row("bin of " + page.slotBytes(), byteSize, cells));
    }
    return rows;
  }

  /** All blocks in address order, cut into rows of so many bytes. */
  public static List<Row> of(FirstFitAllocator allocator, long rowBytes) {
    List<Cell> cells = new ArrayList<>();
    allocator.visit(
        (offset, bytes, isLive) -> {
          cells.add(new Cell(offset, BlockHeader.BYTES, Kind.HEADER));
          Kind kind = isLive ? Kind.LIVE : Kind.FREE;
          cells.add(new Cell(offset + BlockHeader.BYTES, bytes - BlockHeader.BYTES, kind));
        });
    return cut(cells, rowBytes);
  }

  private static List<Row> cut(List<Cell> cells, long rowBytes) {
    List<Row> rows = new ArrayList<>();
    long end = cells.isEmpty() ? 0 : cells.getLast().offset() + cells.getLast().byteSize();
    for (long begin = 0; begin < end; begin += rowBytes) {
      List<Cell> within = new ArrayList<>();
      for (Cell cell : cells) {
        long from = Math.max(cell.offset(), begin);
        long to = Math.min(cell.offset() + cell.byteSize(), begin + rowBytes);
        if (from < to) {
          within.add(new Cell(from - begin, to - from, cell.kind()));
        }
      }
      rows.add(
          new Row(
              String.format(Locale.ROOT, "%,d", begin), Math.min(rowBytes, end - begin), within));
    }
    return rows;
  }
}
