package org.smalloc4j.bench.allocator;

import org.smalloc4j.Allocator;
import org.smalloc4j.classic.OwnerSearch;
import org.smalloc4j.classic.SpinLockSlabAllocator;

/** The slab allocator behind one spin lock, which looks nothing up by walking. */
final class ClassicArithmeticSlabTarget extends HeapTarget {

  private static final SpinLockSlabAllocator HEAP =
      SpinLockSlabAllocator.builder().ownerSearch(OwnerSearch.ARITHMETIC).build();

  @Override
  Allocator heap() {
    return HEAP;
  }
}
