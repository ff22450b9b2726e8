package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.raw.OutOfLine;

/**
 * An allocation that was refused, made again because somebody says that he has freed something.
 *
 * @param heap where
 */
public record Retry(OwnedHeap heap) {
  /*
   * What was pushed or given back since is a change, which ends the refusal that MemoryLimit remembers;
   * what the caller keeps is looked at in any case. What threads keep that have ended or gone idle
   * since is not a change, and a refusal looks at them once a millisecond at the most: so they are
   * looked at here if nothing else helps.
   */

  /**
   * Allocates a slot.
   *
   * @return as {@link OwnedHeap#allocate}
   * @throws IllegalStateException as that
   */
  public long allocate(int sizeClass) {
    long taken = heap.allocate(sizeClass);
    if (taken != OwnedHeap.NONE) {
      return taken;
    }
    OutOfLine.requireStack();
    if (heap.shared().limit().isLimited()) {
      heap.reclaim().forRetried(heap);
    } else {
      heap.owners().revocation().takeIdle(heap);
    }
    return heap.allocate(sizeClass);
  }
}
