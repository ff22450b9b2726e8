package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.OutOfLine;

/**
 * Gives the memory of freed slots back to the operating system, OS page by OS page. One trim at a
 * time per heap, and none during its release; malloc and free go on, but do not see a freed list
 * while it is sorted: a malloc that would find nothing else waits for it.
 *
 * <p>The stashes of the calling thread and of dead threads are emptied first; those of other live
 * threads cannot be reached.
 *
 * <p>What is damaged is given up. The trim goes on with all else, and throws at its end.
 */
public final class Trim {
  private final OwnedHeap heap;
  private final Purge purge;
  private final AnnexTrim annexTrim;

  /** Creates what trims a heap, any number of times. */
  public Trim(OwnedHeap heap) {
    this.heap = heap;
    purge = new Purge(heap);
    annexTrim = new AnnexTrim(heap);
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
    IllegalStateException damage = null;
    try {
      heap.releaseHeldSlots();
    } catch (IllegalStateException met) {
      damage = met;
    }
    heap.shared().limit().forgetExhaustion();
    heap.transit().begin();
    try {
      trimSlabs(heap.shared().words().layout().largestClass());
      Annex annex = heap.shared().annex();
      if (annex != null) {
        annexTrim.trim(annex);
      }
    } finally {
      heap.transit().end();
    }
    damage = first(first(damage, purge.takeDamage()), annexTrim.takeDamage());
    long bytesGivenBack = purge.takeBytesGivenBack() + annexTrim.takeBytesGivenBack();
    if (damage != null) {
      throw damage;
    }
    return bytesGivenBack;
  }

  private static @Nullable IllegalStateException first(
      @Nullable IllegalStateException one, @Nullable IllegalStateException other) {
    return one == null ? other : one;
  }

  private void trimSlabs(int largestClass) {
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      boolean isHeld = heap.owners().tryHold(slab);
      for (int c = SizeClass.SMALLEST; c <= largestClass; c++) {
        // Its own is looked up each time: a virtual thread may have changed its carrier.
        if (purge.purge(slab, c) && (isHeld || slab == heap.directory().own().slab)) {
          heap.forgetRun(slab, c);
        }
      }
      if (isHeld) {
        heap.owners().release(slab);
      }
    }
  }
}
