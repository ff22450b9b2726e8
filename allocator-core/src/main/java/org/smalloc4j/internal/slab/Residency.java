package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.SlotSetLayout;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.OutOfLine;

/**
 * How much of a heap is in memory, as the operating system says: slots, and the heap's own words.
 * Makes system calls, in proportion to the areas that were ever used and to what is in memory.
 *
 * @param heap the heap
 */
public record Residency(OwnedHeap heap) {
  /*
   * A stretch is asked about up to where something is known to be, the frontier, and then on, step by
   * step, until a step has nothing: a part that was touched ahead, or that a frontier left behind when
   * it fell. So 16 TiB of addresses that were never used cost nothing.
   *
   * The words of a class begin at a power of two, so those of classes with few slots share an OS page,
   * the first one of their part of class 1, which is counted by itself.
   */

  private static final long STEP_BYTES = 2 << 20;

  /** Smaller areas are asked about as a whole. */
  private static final long SMALL_AREA_BYTES = 1 << 20;

  /** Returns the bytes of the OS pages that are in memory. */
  public long bytes() {
    OutOfLine.requireStack();
    RegionLayout layout = heap.layout().region();
    long bytes = os().backed(layout.base(), layout.wordsEnd() - layout.base());
    long inUse = heap.shared().words().inUse().ofAnyClass();
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      if ((inUse >>> slab & 1) != 0 || heap.owners().owner(slab) != null) {
        bytes += ofSlots(slab) + ofWords(slab);
      }
    }
    return bytes + ofAnnex(heap.shared().annex());
  }

  private VirtualMemory os() {
    return heap.shared().region().os();
  }

  private long ofSlots(int slab) {
    SharedWords words = heap.shared().words();
    RegionLayout layout = words.layout();
    long bytes = 0;
    for (int c = SizeClass.SMALLEST; c <= layout.largestClass(); c++) {
      if (words.inUse().contains(slab, c)) {
        long area = layout.area(slab, c);
        bytes += ofStretch(area, words.frontier(slab, c) << c, area + areaBytes(layout));
      }
    }
    return bytes;
  }

  private long ofAnnex(@Nullable Annex annex) {
    long bytes = 0;
    for (int slab = 0; annex != null && slab < annex.slabs(); slab++) {
      int c = annex.classOf(slab);
      if (c != 0) {
        RegionLayout layout = annex.words().layout();
        long area = layout.area(slab, c);
        bytes += ofStretch(area, annex.words().frontier(slab, c) << c, area + areaBytes(layout));
      }
    }
    return bytes;
  }

  private static long areaBytes(RegionLayout layout) {
    return 1L << layout.areaBits();
  }

  /** Counts the stash and the outbox of a slab, and the bits of its sorted slots. */
  private long ofWords(int slab) {
    RegionLayout layout = heap.layout().region();
    long osPageBytes = os().osPageBytes();
    long ofClass0 = layout.area(slab, 0) + areaBytes(layout) - osPageBytes;
    long bytes = os().backed(ofClass0, osPageBytes);
    long area = layout.area(slab, 1);
    if (areaBytes(layout) <= SMALL_AREA_BYTES) {
      return bytes + os().backed(area, areaBytes(layout));
    }
    bytes += ofStash(slab) + os().backed(area, osPageBytes);
    for (int set = SlotSetLayout.KEPT; set <= SlotSetLayout.MARKED; set++) {
      bytes += ofSet(slab, set);
    }
    return bytes;
  }

  private long ofStash(int slab) {
    StashLayout stashes = heap.layout();
    long magazines = stashes.magazine(slab, SizeClass.SMALLEST);
    long bytes = backed(magazines, stashes.magazine(slab, SizeClass.COUNT));
    bytes += backed(stashes.outboxes(slab), stashes.outboxesEnd(slab));
    SharedWords words = heap.shared().words();
    for (int c = SizeClass.SMALLEST; c <= stashes.largestOwnedClass(); c++) {
      if (words.inUse().contains(slab, c)) {
        long start = stashes.freeWord(slab, c, 0);
        long end = 2 * start - stashes.noFreeWord(slab);
        long known = stashes.freeWord(slab, c, words.frontier(slab, c)) - start;
        bytes += ofOwnOsPages(start, known, end);
      }
    }
    return bytes;
  }

  private long ofSet(int slab, int set) {
    SharedWords words = heap.shared().words();
    SlotSetLayout sets = words.sorted().layout();
    RegionLayout layout = words.layout();
    long part = layout.area(slab, 1) + ((12L + set) << (layout.areaBits() - 4));
    long bytes = os().backed(part, os().osPageBytes());
    for (int c = SizeClass.SMALLEST; c <= layout.largestClass(); c++) {
      if (words.inUse().contains(slab, c) && layout.areaBits() - c >= 6) {
        long start = sets.word(set, slab, c, 0);
        long known = sets.word(set, slab, c, words.frontier(slab, c)) - start;
        bytes += ofOwnOsPages(start, known, 2 * start - part);
      }
    }
    return bytes;
  }

  /** Counts the OS pages of the words of a class, which end at twice the offset they begin at. */
  private long ofOwnOsPages(long start, long known, long end) {
    return end - start < os().osPageBytes() ? 0 : ofStretch(start, known, end);
  }

  private long backed(long start, long end) {
    long osPageBytes = os().osPageBytes();
    long first = start & -osPageBytes;
    return os().backed(first, ((end + osPageBytes - 1) & -osPageBytes) - first);
  }

  /**
   * Counts what of a stretch is in memory.
   *
   * @param start its first address, at an OS page
   * @param known bytes up to which something is expected
   */
  private long ofStretch(long start, long known, long end) {
    long stepEnd = Math.min(end, start + known);
    long bytes = backed(start, stepEnd);
    for (long step = -1; step != 0 && stepEnd < end; bytes += step) {
      long next = (stepEnd + os().osPageBytes() - 1) & -os().osPageBytes();
      stepEnd = Math.min(end, next + STEP_BYTES);
      step = next >= end ? 0 : backed(next, stepEnd);
    }
    return bytes;
  }
}
