package org.smalloc4j.bench.allocator;

import org.smalloc4j.Allocator;
import org.smalloc4j.classic.BinnedAllocator;

/** Bins in one cache behind a spin lock. */
final class ClassicLockedBinnedTarget extends HeapTarget {

  private static final BinnedAllocator HEAP = BinnedAllocator.locked();

  @Override
  Allocator heap() {
    return HEAP;
  }
}
