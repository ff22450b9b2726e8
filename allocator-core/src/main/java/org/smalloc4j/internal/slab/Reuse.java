package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;

/**
 * What an owner takes from others before it touches memory for the first time: free slots of its
 * class on the lists of other slabs, and those that dead and idle owners hold. Lock-free but for
 * the handshakes with idle owners.
 *
 * @param words the lists
 * @param directory the slabs
 * @param held what owners hold
 * @param idleness which owners have been idle for long
 */
record Reuse(SharedWords words, Directory directory, Held held, Idleness idleness) {
  /*
   * Idea: threads that take turns with the same data leave it free in the slab of whoever had it
   * first. So a slab grows only if no other has anything to lend.
   *
   *   take    some slots of another slab's list come to the magazine, which is empty. They are used
   *           as any others, and freed to the slab they belong to. Not of an owner that is at work,
   *           or was a moment ago: it takes its list itself, and threads that took from each other
   *           would free most blocks remotely. Of a carrier nobody knows; what it runs moves anyway.
   *   fetch   what dead owners hold, and such as have waited for long, comes to the lists, if it is
   *           worth a handshake. Nobody who runs is asked: a malloc that can grow does not wait.
   *
   * A look costs a load for each slab in use, so it is not made before each run, but each time the
   * frontier has grown by LEAST_BYTES, or by an eighth: what is touched too early is no more than
   * that. A look that finds something is made again at the next need: the frontier has not moved.
   *
   * Source of the idea: the reclaiming of abandoned pages before fresh ones, D. Leijen, B. Zorn and
   * L. de Moura, "Mimalloc: Free List Sharding in Action" (APLAS 2019).
   */

  private static final long LEAST_BYTES = 64 << 10;
  private static final int GROWTH_SHIFT = 3; // an eighth

  /** Tells whether a slab that has nothing free is to look at the others before it grows. */
  static boolean isDue(SharedWords words, int slab, int claimed, int sizeClass) {
    // What a heap with a limit has free anywhere is found before the limit refuses.
    return !words.limit().isLimited() && isDue(words.frontier(slab, sizeClass), claimed, sizeClass);
  }

  /**
   * Tells it of an unlimited heap.
   *
   * @param frontier slots of the area that were ever handed out
   * @param claimed how many are claimed together
   */
  static boolean isDue(long frontier, int claimed, int sizeClass) {
    long step = Math.max(LEAST_BYTES >> sizeClass, Long.highestOneBit(frontier) >> GROWTH_SHIFT);
    return (frontier & (Math.max(1, step) - 1)) < claimed;
  }

  /** Tells whether an owner that has nothing free is to look at the others before it grows. */
  boolean isDue(OwnedSlab own, int sizeClass) {
    return isDue(words, own.slab, held.stash().runSlots(sizeClass), sizeClass);
  }

  /**
   * Takes a slot of another slab's list, and a few more to the magazine, which is empty.
   *
   * @return its address; {@link SharedWords#NONE} if there is none
   * @throws IllegalStateException if the slot's link was overwritten after its free; that list has
   *     been dropped
   */
  long take(OwnedSlab own, int sizeClass) {
    idleness.look(held.owners(), directory);
    long others = words.inUse().of(sizeClass) & ~(1L << own.slab);
    for (long left = Long.rotateRight(others, own.slab); left != 0; left &= left - 1) {
      int slab = (own.slab + Long.numberOfTrailingZeros(left)) & (RegionLayout.SLABS - 1);
      long taken = isLent(slab, sizeClass) ? words.takeKept(slab, sizeClass) : SharedWords.NONE;
      if (taken != SharedWords.NONE) {
        fillMagazine(own, slab, sizeClass);
        return taken;
      }
    }
    return SharedWords.NONE;
  }

  /** Tells whether a slab seems to have slots that its owner is not about to use. */
  private boolean isLent(int slab, int sizeClass) {
    if (words.isEmpty(slab, sizeClass) && words.sorted().keptCount(slab, sizeClass) == 0) {
      return false;
    }
    Owner owner = held.owners().owner(slab);
    return owner == null || owner.isCarrier() || isGone(owner, slab);
  }

  /**
   * Takes slots of a list that are not needed yet: at most half a magazine, so that it has room.
   */
  private void fillMagazine(OwnedSlab own, int slab, int sizeClass) {
    for (int room = borrowable(own, sizeClass); room > 0; room--) {
      long taken = words.tryPop(slab, sizeClass);
      if (taken == SharedWords.NONE || taken == SharedWords.LOST) {
        return;
      }
      own.putBorrowed(taken, sizeClass);
    }
  }

  private int borrowable(OwnedSlab own, int sizeClass) {
    // Where slots are few nobody keeps what others may need.
    return words.limit().isScarce() ? 0 : own.room(sizeClass) / 2;
  }

  /**
   * Brings to the lists what dead and idle owners hold, if one seems to hold enough of a class.
   *
   * @return whether another look is worth while
   * @throws IllegalStateException if a freed slot's link was overwritten; all else is on the lists
   */
  boolean fetch(OwnedHeap heap, int sizeClass) {
    long slabs = 0;
    int own = directory.own().slab;
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      if (slab != own && isWorthwhile(slab, sizeClass)) {
        slabs |= 1L << slab;
      }
    }
    if (slabs == 0) {
      return false;
    }
    held.releaseDead(slabs);
    heap.owners().revocation().takeIdleIfDue(heap, slabs);
    return true;
  }

  private boolean isWorthwhile(int slab, int sizeClass) {
    Owner owner = held.owners().owner(slab);
    long enough = Math.max(1, LEAST_BYTES >> sizeClass);
    // What is nobody's is empty, and perhaps was never touched.
    return owner != null
        && held.stash().seemsToHold(directory.slab(slab), sizeClass, enough)
        && isGone(owner, slab);
  }

  /** Tells whether an owner is dead, or has been idle for long. */
  private boolean isGone(Owner owner, int slab) {
    return owner.isDead()
        || (idleness.isLong(slab) && held.owners().revocation().seemsToWait(owner));
  }
}
