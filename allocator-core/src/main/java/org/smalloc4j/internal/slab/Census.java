package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A count of the slots of a heap by size class. Takes time proportional to the number of freed
 * slots, since the lists carry no lengths: a counter would cost each malloc and free an atomic
 * write.
 */
public final class Census {
  /** Counts of a list that keeps changing before the last one is taken as it is. */
  private static final int MOST_COUNTS = 3;

  private final long[] taken = new long[SizeClass.COUNT];
  private final long[] freed = new long[SizeClass.COUNT];

  private Census() {}

  /** Counts; exact if nothing is allocated, freed or trimmed meanwhile. */
  public static Census of(SlabHeap heap) {
    Census census = new Census();
    SharedWords words = heap.words();
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      for (int sizeClass = SizeClass.SMALLEST;
          sizeClass <= words.layout().largestClass();
          sizeClass++) {
        long taken = words.frontier(slab, sizeClass);
        census.taken[sizeClass] += taken;
        census.freed[sizeClass] += freedSlots(words, slab, sizeClass, taken);
      }
    }
    return census;
  }

  /** Returns the slots of a class below the frontiers. */
  public long taken(int sizeClass) {
    return taken[sizeClass];
  }

  /** Returns the slots of a class on the freed lists. */
  public long freed(int sizeClass) {
    return freed[sizeClass];
  }

  /** Returns the slots of a class that are neither freed nor beyond the frontier. */
  public long live(int sizeClass) {
    return taken[sizeClass] - freed[sizeClass];
  }

  /** Returns the slot bytes below the frontiers of all classes. */
  public long takenBytes() {
    long bytes = 0;
    for (int sizeClass = 0; sizeClass < taken.length; sizeClass++) {
      bytes += taken[sizeClass] << sizeClass;
    }
    return bytes;
  }

  /**
   * Walks a freed list that may change meanwhile. A link read from a slot that was popped since is
   * user data: it ends the walk if it leads beyond the slots taken, and a walk that went astray
   * below them is bounded by their number and, as the head has changed, done again.
   */
  private static long freedSlots(SharedWords words, int slab, int sizeClass, long taken) {
    long count = 0;
    for (int i = 0; i < MOST_COUNTS; i++) {
      long head = words.head(slab, sizeClass);
      count = 0;
      int code = HeadWord.top(head);
      while (code != 0 && count < taken && Integer.toUnsignedLong(code) <= taken) {
        count++;
        code = RawMemory.loadLinkPlain(words.layout().address(slab, sizeClass, code));
      }
      if (words.head(slab, sizeClass) == head) {
        break;
      }
    }
    return count;
  }
}
