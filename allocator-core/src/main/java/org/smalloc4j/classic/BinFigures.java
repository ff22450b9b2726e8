package org.smalloc4j.classic;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.AllocatorStats.SizeClassStats;

/**
 * What the bins of all caches have at one instant.
 *
 * @param classes the slot sizes of which slots were handed out, smallest first
 * @param takenBytes bytes of the slots that were handed out
 * @param reservedBytes bytes of the bins' pages
 * @param lost slots dropped with damaged lists
 */
record BinFigures(List<SizeClassStats> classes, long takenBytes, long reservedBytes, long lost) {

  /** Counts under the locks of all caches. */
  static BinFigures of(BinCaches caches, BinPages[] pages) {
    long[] handedOut = new long[pages.length];
    long[] free = new long[pages.length];
    long[] lost = new long[pages.length];
    caches.whileLocked(
        locked -> {
          for (BinCache cache : locked) {
            Bin[] bins = cache.bins();
            for (int i = 0; i < pages.length; i++) {
              handedOut[i] += bins[i].handedOut();
              free[i] += bins[i].free();
              lost[i] += bins[i].lost();
            }
          }
        });
    return sum(pages, handedOut, free, lost);
  }

  private static BinFigures sum(BinPages[] pages, long[] handedOut, long[] free, long[] lost) {
    List<SizeClassStats> classes = new ArrayList<>();
    long takenBytes = 0;
    long reservedBytes = 0;
    long allLost = 0;
    for (int i = 0; i < pages.length; i++) {
      long slotBytes = pages[i].slotBytes();
      // A block freed twice is counted as free twice: not below 0 for that.
      long live = Math.max(0, handedOut[i] - free[i] - lost[i]);
      if (handedOut[i] > 0) {
        classes.add(new SizeClassStats(slotBytes, live, free[i]));
      }
      takenBytes += handedOut[i] * slotBytes;
      reservedBytes += pages[i].count() * pages[i].pageBytes();
      allLost += lost[i];
    }
    return new BinFigures(classes, takenBytes, reservedBytes, allLost);
  }

  /** Returns the figures of an allocator that has these bins and a page allocator. */
  AllocatorStats with(AllocatorStats large) {
    TreeMap<Long, SizeClassStats> all = new TreeMap<>();
    classes.forEach(bin -> all.put(bin.slotBytes(), bin));
    for (SizeClassStats mapped : large.sizeClasses()) { // one that shrank can be as large as a slot
      all.merge(mapped.slotBytes(), mapped, BinFigures::sum);
    }
    long liveBlocks = 0;
    long liveBytes = 0;
    for (SizeClassStats sizeClass : all.values()) {
      liveBlocks += sizeClass.liveBlocks();
      liveBytes += sizeClass.liveBlocks() * sizeClass.slotBytes();
    }
    return new AllocatorStats(
        liveBytes,
        liveBlocks,
        reservedBytes + large.reservedBytes(),
        takenBytes + large.takenBytes(),
        Long.MAX_VALUE,
        0,
        List.copyOf(all.values()),
        lost);
  }

  private static SizeClassStats sum(SizeClassStats bin, SizeClassStats mapped) {
    return new SizeClassStats(
        bin.slotBytes(),
        bin.liveBlocks() + mapped.liveBlocks(),
        bin.freeBlocks() + mapped.freeBlocks());
  }
}
