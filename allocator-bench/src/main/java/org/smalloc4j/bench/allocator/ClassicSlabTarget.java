package org.smalloc4j.bench.allocator;

import org.smalloc4j.Allocator;
import org.smalloc4j.classic.SpinLockSlabAllocator;

/** The slab allocator behind one spin lock, as published. */
final class ClassicSlabTarget extends HeapTarget {

  private static final SpinLockSlabAllocator HEAP = SpinLockSlabAllocator.builder().build();

  @Override
  Allocator heap() {
    return HEAP;
  }
}
