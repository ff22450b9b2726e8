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

  /** Tells whether a slot of (slab, class) was ever handed out. */
  boolean contains(int slab, int sizeClass) {
    return (of(sizeClass) >>> slab & 1) != 0;
  }

  /** Returns the slabs of all classes together. */
  long ofAnyClass() {
    long all = 0;
    for (int sizeClass = SizeClass.SMALLEST; sizeClass < SizeClass.COUNT; sizeClass++) {
      all |= of(sizeClass);
    }
    return all;
  }

  /** Returns the slabs of a class, bit s for slab s. */
  long of(int sizeClass) {
    return masks.get(sizeClass);
  }
}
