package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicLongArray;
import org.smalloc4j.internal.address.SizeClass;

/**
 * In which slabs slots of a size class were ever handed out: nobody looks for free ones elsewhere.
 * Wait-free.
 */
final class SlabsInUse {
  /*
   * A bit is set before the frontier leaves 0, and stays. Volatile: a slot that somebody has pushed
   * before a look begins is in a slab whose bit that look sees.
   */
  private final AtomicLongArray masks = new AtomicLongArray(SizeClass.COUNT);

  /** Notes that a slot of (slab, class) is about to be handed out. */
  void add(int slab, int sizeClass) {
    long mask = masks.get(sizeClass);
    while ((mask >>> slab & 1) == 0 && !masks.compareAndSet(sizeClass, mask, mask | 1L << slab)) {
      mask = masks.get(sizeClass);
    }
  }

  /** Returns the slabs of a class, bit s for slab s. */
  long of(int sizeClass) {
    return masks.get(sizeClass);
  }
}
