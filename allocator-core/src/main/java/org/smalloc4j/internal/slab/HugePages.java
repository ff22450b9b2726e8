package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.os.VirtualMemory.Advice;

/** Asks for huge pages where blocks lie close together. Lock-free. */
final class HugePages implements Ahead {
  /*
   * Idea: a huge page behind few blocks is memory for nothing, so an area gets none before its first
   * 2 MiB are used up. From then on its slots follow each other, and all but the last huge page is
   * full.
   *
   *   | 2 MiB of OS pages | huge | huge | huge      | OS pages, none touched ...
   *                                         frontier ^
   *
   *   advised[area]   bytes from the beginning of the area for which that was decided; they only grow
   *
   * So no more than 2 MiB behind a frontier are resident for nothing, in areas that have as much in
   * use. Slots above 4 KiB get none: of them the OS pages behind the block are never touched, which
   * in a huge page would be resident (half as much again for a recorded program).
   *
   * Each area with huge pages adds two mappings, so there are MOST_AREAS of them.
   */

  private static final long HUGE = 2 << 20;
  private static final int LARGEST_CLASS = 12;
  private static final int MOST_AREAS = 240;

  private final VirtualMemory os;
  private final RegionLayout layout;
  private final AtomicLongArray advised = new AtomicLongArray(RegionLayout.SLABS * SizeClass.COUNT);
  private final AtomicInteger areas = new AtomicInteger();

  /** Creates what asks for huge pages in a fresh region, all of which is accessible. */
  HugePages(VirtualMemory os, RegionLayout layout) {
    this.os = os;
    this.layout = layout;
  }

  @Override
  public boolean reach(RegionLayout of, int slab, int sizeClass, long slotCount, boolean isOwned) {
    long end = ((slotCount << sizeClass) + HUGE - 1) & -HUGE;
    if (end > HUGE
        && sizeClass <= LARGEST_CLASS
        && end <= 1L << layout.areaBits()
        && of.base() == layout.base()) {
      advise(slab * SizeClass.COUNT + sizeClass, of.area(slab, sizeClass), end);
    }
    return true;
  }

  private void advise(int index, long area, long end) {
    // Volatile: a number that guards no memory. Who sees it late gives the same advice again.
    long before = advised.get(index);
    if (end <= before || (before == 0 && areas.get() >= MOST_AREAS)) {
      return;
    }
    if (advised.compareAndSet(index, before, end)) {
      if (before == 0) {
        areas.incrementAndGet();
      }
      advise(area + Math.max(before, HUGE), area + end);
    }
  }

  private void advise(long start, long end) {
    try {
      os.advise(start, end - start, Advice.HUGE_PAGES);
    } catch (OutOfMemoryError | StackOverflowError noStack) {
      return; // it goes without
    }
  }
}
