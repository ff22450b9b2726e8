package org.smalloc4j.internal.slab;

import java.util.Arrays;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.StashLayout;

/**
 * The slabs that threads can own, and how a thread finds its own without a {@code ThreadLocal}.
 * Wait-free; {@link #enter} is the calling thread's about itself.
 */
final class Directory {
  /*
   *   slabs[slab]                the slabs that can be owned
   *   entries[thread id & 4095]  the slab of that thread, or of another one, or NONE
   *
   * Entries race, soundly: a thread uses a slab only if its own id stands in it, wherever it found
   * it. Plain, not opaque: that would cost malloc 3 ns, since C2 would then load all fields anew.
   *
   * Two threads with the same entry: Owners gives the second no slab while the first lives. If both
   * come at the same time, one of them may not find its slab again, and does without one.
   */

  private static final int MASK = 4096 - 1;

  private final OwnedSlab[] entries = new OwnedSlab[MASK + 1];
  private final OwnedSlab[] slabs = new OwnedSlab[RegionLayout.SLABS];

  /** Creates the directory of a heap in which the slabs from {@code firstOwned} on are owned. */
  Directory(StashLayout layout, int firstOwned) {
    Arrays.fill(entries, OwnedSlab.NONE);
    Arrays.fill(slabs, OwnedSlab.NONE);
    for (int slab = firstOwned; slab < RegionLayout.SLABS; slab++) {
      slabs[slab] = OwnedSlab.of(slab, layout);
    }
  }

  /** Returns a slab, or {@link OwnedSlab#NONE} if it cannot be owned. */
  OwnedSlab slab(int slab) {
    return slabs[slab];
  }

  /** Returns a slab, the thread's own if it has one; then its id is in it. */
  OwnedSlab entryOf(long threadId) {
    return entries[(int) threadId & MASK];
  }

  /** Tells whether two threads have the same entry. */
  static boolean collide(long threadId, long otherId) {
    return ((threadId ^ otherId) & MASK) == 0;
  }

  /** Makes the calling thread, which owns a slab, find it. */
  void enter(long threadId, int slab) {
    slabs[slab].ownerId = threadId;
    entries[(int) threadId & MASK] = slabs[slab];
  }

  /** Makes all threads forget their slabs. */
  void forgetThreads() {
    for (OwnedSlab slab : slabs) {
      slab.ownerId = OwnedSlab.NOBODY;
    }
  }
}
