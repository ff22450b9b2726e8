package org.smalloc4j.internal.slab;

import static org.smalloc4j.internal.slab.OwnedHeap.NONE;

import org.smalloc4j.internal.raw.OutOfLine;

/**
 * The ways of malloc beside the magazine: what else the thread's own slab has, then the shared
 * words and, before it is said that nothing is left, what threads hold back. Lock-free.
 */
final class SlowMalloc {
  private SlowMalloc() {}

  /** Allocates as {@link OwnedHeap#allocate}, which has found nothing in a magazine. */
  static long besideMagazine(OwnedHeap heap, int sizeClass) {
    OutOfLine.requireStack();
    boolean isOwned = heap.layout().isOwned(sizeClass);
    OwnedSlab own = heap.directory().own();
    if (heap.shared().limit().isLimited() && isRefused(heap, own, sizeClass)) {
      return NONE;
    }
    long taken = isOwned && own != OwnedSlab.NONE ? takeOwned(heap, own, sizeClass) : NONE;
    if (taken != NONE) {
      return taken;
    }
    if (isOwned && own == OwnedSlab.NONE && heap.acquire(heap.diceOfHome(sizeClass))) {
      return heap.allocate(sizeClass);
    }
    return heap.shared().limit().isLimited()
        ? allocateWithinLimit(heap, sizeClass)
        : allocateElsewhere(heap, sizeClass);
  }

  private static long allocateElsewhere(OwnedHeap heap, int sizeClass) {
    if (!heap.layout().isOwned(sizeClass)) {
      return allocateShared(heap, sizeClass);
    }
    long taken = heap.shared().allocate(sizeClass, sizeClass);
    if (taken == NONE) {
      // Before larger slots are used up: what is held back of the right size.
      heap.shared().limit().noteExhaustion();
      heap.held().release();
      heap.owners().revocation().takeIdleIfDue(heap, Held.ALL_SLABS);
      taken = allocateShared(heap, sizeClass);
    }
    return taken;
  }

  private static boolean isRefused(OwnedHeap heap, OwnedSlab own, int sizeClass) {
    if (own == OwnedSlab.NONE) {
      return heap.shared().limit().stillRefuses(sizeClass);
    }
    // Nothing is borrowed in a heap with a limit: what is in the magazines is of this slab.
    return own.hasEmptyMagazines(heap.shared().words().inUse().classesOf(own.slab))
        && heap.shared().limit().stillRefuses(sizeClass);
  }

  /** Before larger slots are used up: what is held back, and the memory of all other sizes. */
  private static long allocateWithinLimit(OwnedHeap heap, int sizeClass) {
    long taken =
        sizeClass <= heap.shared().largestClass()
            ? heap.shared().allocate(sizeClass, sizeClass)
            : NONE;
    if (taken != NONE) {
      return takenLarge(heap, taken);
    }
    long watch = heap.shared().limit().watch();
    heap.reclaim().forRefused(heap);
    taken = allocateShared(heap, sizeClass);
    if (taken == NONE) {
      heap.shared().limit().noteRefusal(watch, sizeClass);
    }
    return taken;
  }

  /** Takes from the shared words, and says that nothing is left only if nobody has it in hand. */
  private static long allocateShared(OwnedHeap heap, int sizeClass) {
    long taken;
    int ended;
    do {
      ended = heap.transit().ended();
      taken = heap.shared().allocate(sizeClass);
    } while (taken == NONE && heap.transit().hasMoved(ended));
    return takenLarge(heap, taken);
  }

  /** Takes note of a slot that was taken from the shared words, if it is large. */
  private static long takenLarge(OwnedHeap heap, long taken) {
    if (taken == NONE || SlabHeap.isZero(taken)) {
      return taken;
    }
    int sizeClass = heap.shared().classOf(taken);
    return LargeBlocks.isLarge(sizeClass) && heap.large().afterPop(taken)
        ? taken + SharedWords.FRESH
        : taken;
  }

  /**
   * Allocates a slot of exactly {@code sizeClass} if one is at hand, or on the shared words.
   *
   * @return as {@link OwnedHeap#allocate}
   */
  static long exactly(OwnedHeap heap, int sizeClass) {
    OutOfLine.requireStack();
    OwnedSlab own = heap.directory().own();
    boolean isOwned = own != OwnedSlab.NONE && heap.layout().isOwned(sizeClass);
    long taken = isOwned ? takeOwned(heap, own, sizeClass) : NONE;
    return taken != NONE ? taken : takenLarge(heap, heap.shared().allocate(sizeClass, sizeClass));
  }

  /** Takes a slot for the owner of a slab: what is free anywhere before memory never touched. */
  private static long takeOwned(OwnedHeap heap, OwnedSlab own, int sizeClass) {
    if (heap.reclaim().hasAsked(own)) {
      heap.reclaim().takeSome(own);
    }
    long taken = heap.stash().takeFree(own, sizeClass);
    if (taken == NONE && heap.reuse().isDue(own, sizeClass)) {
      taken = heap.reuse().take(own, sizeClass);
      if (taken == NONE && heap.reuse().isWorthAsking(own, sizeClass)) {
        taken = heap.reuse().takeOfOwners(own, sizeClass);
        if (taken == NONE && heap.directory().own() != own) {
          return NONE; // a virtual thread has changed its carrier
        }
      }
    }
    return taken != NONE ? taken : heap.stash().grow(own, sizeClass);
  }
}
