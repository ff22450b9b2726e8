package org.smalloc4j.internal.slab;

import java.util.Arrays;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;

/**
 * What a reclaim by the clock remembers for the next one, which gives back what was free at both
 * and not handed out in between. Used by the thread whose turn it is to reclaim.
 */
final class LastTick {
  /*
   *   digests     Of a stash that an owner has not used since the last tick, as far as its words tell:
   *               if the owner waits, what is in it goes back at once.
   *   not sorted  where slots have no such bits: a list whose head word is the same, counter and all,
   *               had nothing pushed to or popped from it.
   */

  /** Slabs of a region, and behind them those of its annex. */
  private static final int SLABS = 2 * RegionLayout.SLABS;

  private final int[] digests = new int[RegionLayout.SLABS];
  private long taken;
  private final long[] heads = new long[SLABS * SizeClass.COUNT];

  /** Head words that a tick left behind when it had given back what there was. */
  private final long[] done = new long[SLABS * SizeClass.COUNT];

  /** Creates what remembers nothing. */
  LastTick() {
    Arrays.fill(done, -1);
  }

  /** Returns the slabs whose owners have done nothing since the last tick, bit s for slab s. */
  long unused(OwnedHeap heap) {
    long unused = 0;
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      if (heap.owners().owner(slab) != null) {
        int digest = heap.directory().slab(slab).digest();
        unused |= digests[slab] == digest ? 1L << slab : 0;
        digests[slab] = digest;
      }
    }
    return unused;
  }

  /** Notes which slabs this tick has taken from their owners. */
  void noteTaken(long slabs) {
    taken = slabs;
  }

  /** Tells whether this tick has taken a slab from its owner. */
  boolean isTaken(int slab) {
    return (taken >>> slab & 1) != 0;
  }

  /** Tells whether a list has been as it is since the last tick, and is to be looked at. */
  boolean isUnchanged(int slab, int sizeClass, long head) {
    int i = slab * SizeClass.COUNT + sizeClass;
    boolean isSame = heads[i] == head && done[i] != head;
    heads[i] = head;
    return isSame;
  }

  /** Notes what a list looks like of which nothing more can go back. */
  void noteDone(int slab, int sizeClass, long head) {
    done[slab * SizeClass.COUNT + sizeClass] = head;
  }
}
