package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;

/**
 * A count of the slots of a heap by size class.
 *
 * <p>Stashes and outboxes are counted from the words their owners keep anyway; the freed lists of
 * the shared words carry no lengths and are walked, since a counter would cost each malloc and free
 * an atomic write.
 */
public final class Census {
  /** Counts of a list that keeps changing before the last one is taken as it is. */
  private static final int MOST_COUNTS = 3;

  private final long[] taken = new long[SizeClass.COUNT];
  private final long[] freed = new long[SizeClass.COUNT];

  private Census() {}

  /** Counts; exact if nothing is allocated, freed or trimmed meanwhile. */
  public static Census of(OwnedHeap heap) {
    Census census = new Census();
    SharedWords words = heap.shared().words();
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      for (int sizeClass = SizeClass.SMALLEST;
          sizeClass <= words.layout().largestClass();
          sizeClass++) {
        census.taken[sizeClass] += words.frontier(slab, sizeClass);
        census.freed[sizeClass] += freedSlots(words, slab, sizeClass);
        census.freed[sizeClass] += heap.countHeld(slab, sizeClass);
      }
    }
    return census;
  }

  /** Returns the slots of a class below the frontiers. */
  public long taken(int sizeClass) {
    return taken[sizeClass];
  }

  /** Returns the slots of a class that are free: listed, in a stash, or in an outbox. */
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

  /** Counts a freed list, anew if it changed meanwhile. */
  private static long freedSlots(SharedWords words, int slab, int sizeClass) {
    long count = 0;
    for (int i = 0; i < MOST_COUNTS; i++) {
      long head = words.head(slab, sizeClass);
      count = words.count(slab, sizeClass, HeadWord.top(head));
      if (words.head(slab, sizeClass) == head) {
        break;
      }
    }
    return count;
  }
}
