package org.smalloc4j.bench.allocator;

import org.smalloc4j.Allocator;
import org.smalloc4j.classic.BinnedAllocator;

/** Bins in 4 caches for each processor, shared by threads. */
final class ClassicBinnedTarget extends HeapTarget {

  private static final BinnedAllocator HEAP = BinnedAllocator.create();

  @Override
  Allocator heap() {
    return HEAP;
  }
}
