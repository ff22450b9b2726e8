package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.raw.OutOfLine;

/**
 * The ways of free beside the magazine: to the free words of the thread's own slab, to the outbox
 * for another one, or to the shared words. Lock-free.
 */
final class SlowFree {
  private SlowFree() {}

  /** Frees as {@link OwnedHeap#free}. */
  static void free(OwnedHeap heap, long address) {
    int sizeClass = heap.layout().region().classOf(address);
    if (!heap.layout().region().contains(address) || !heap.layout().isOwned(sizeClass)) {
      freeShared(heap, address, heap.checkedClass(address));
      return;
    }
    OwnedSlab own = heap.directory().own();
    if (own.slab == heap.layout().region().slabOf(address)) {
      freeToStash(heap, own, sizeClass, address);
    } else {
      freeBesideStash(heap, own, address, sizeClass);
    }
  }

  private static void freeToStash(OwnedHeap heap, OwnedSlab own, int sizeClass, long address) {
    OutOfLine.requireStack();
    if (!heap.stash().handedOut(own, sizeClass, address)) {
      throw heap.notHandedOut(address);
    }
    if (own.tryPutInMagazine(address, sizeClass)) {
      return;
    }
    int mostSteps = FreeWords.BATCH_STEPS;
    if (heap.reclaim().hasAsked(own)) {
      heap.reclaim().takeSome(own);
      mostSteps -= Reclaim.MOST_STEPS;
    }
    if (heap.shared().limit().isScarce()) {
      heap.held().drain().drain(own, sizeClass);
    } else if (Thread.currentThread().isVirtual()) {
      heap.held().drain().giveTopOfMagazine(own, sizeClass); // nobody can take it from a carrier
    } else {
      heap.stash().freeWords().putTopOfMagazine(own, sizeClass, mostSteps);
    }
    own.tryPutInMagazine(address, sizeClass);
  }

  private static void freeBesideStash(OwnedHeap heap, OwnedSlab own, long address, int sizeClass) {
    if (own != OwnedSlab.NONE) {
      int chainSlots = heap.shared().limit().isScarce() ? 1 : Outbox.chainSlots(sizeClass);
      if (!heap.outbox().tryPut(own.slab, address, sizeClass, chainSlots)) {
        throw heap.notHandedOut(address);
      }
      return;
    }
    OutOfLine.requireStack();
    int slab = heap.layout().region().slabOf(address);
    SharedWords words = heap.shared().words();
    int dice = words.pushes(slab, sizeClass);
    if (!heap.owners().isSharing(Directory.ownersId(), dice) && heap.acquire(dice)) {
      free(heap, address); // perhaps the slot is in the slab that is the thread's own now
    } else if (!words.isBelowFrontier(address, slab, sizeClass)
        || heap.directory().slab(slab).isInRun(address, sizeClass)) {
      throw heap.notHandedOut(address);
    } else {
      words.push(address, slab, sizeClass);
    }
  }

  private static void freeShared(OwnedHeap heap, long address, int sizeClass) {
    if (LargeBlocks.isLarge(sizeClass)) {
      OutOfLine.requireStack();
      heap.shared().checkNotFirst(address, sizeClass);
      heap.large().beforePush(address, sizeClass);
    }
    heap.shared().push(address, sizeClass);
  }
}
