package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicLongArray;
import org.smalloc4j.internal.address.RegionLayout;
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
  private final AtomicLongArray slabs = new AtomicLongArray(SizeClass.COUNT);

  private final AtomicLongArray classes = new AtomicLongArray(RegionLayout.SLABS);

  /** Notes that a slot of (slab, class) is about to be handed out. */
  void add(int slab, int sizeClass) {
    set(slabs, sizeClass, slab);
    set(classes, slab, sizeClass);
  }

  private static void set(AtomicLongArray masks, int i, int bit) {
    long mask = masks.get(i);
    while ((mask >>> bit & 1) == 0 && !masks.compareAndSet(i, mask, mask | 1L << bit)) {
      mask = masks.get(i);
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
    return slabs.get(sizeClass);
  }

  /** Returns the classes of a slab, bit c for class c. */
  long classesOf(int slab) {
    return classes.get(slab);
  }
}
