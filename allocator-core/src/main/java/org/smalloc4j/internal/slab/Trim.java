package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.raw.OutOfLine;

/**
 * Gives the memory of freed slots back to the operating system, OS page by OS page. One trim at a
 * time per heap, and none during its release; see {@link Reclaim}.
 *
 * <p>The stashes of the calling thread and of dead threads are emptied first; then those of threads
 * that are idle: see {@link Revocation}.
 */
public final class Trim {
  private final OwnedHeap heap;

  /** What ticks remember; made by the first one. */
  private @Nullable LastTick lastTick;

  /** Creates what trims a heap, any number of times. */
  public Trim(OwnedHeap heap) {
    this.heap = heap;
  }

  /**
   * Trims a heap.
   *
   * @return bytes that were resident and no longer are
   * @throws IllegalStateException if a freed slot's link was overwritten; the slots behind it are
   *     given up, all else has been trimmed
   */
  public long trim() {
    OutOfLine.requireStack();
    heap.shared().limit().forgetExhaustion();
    return heap.reclaim().all(heap);
  }

  /**
   * Gives back what was free at the last call, too, and has not been handed out since, and
   * remembers what is free now. Looks at no slot unless some have been freed.
   *
   * @throws IllegalStateException as {@link #trim}
   */
  public void tick() {
    OutOfLine.requireStack();
    if (lastTick == null) {
      lastTick = new LastTick();
    }
    heap.reclaim().tick(heap, lastTick);
  }
}
