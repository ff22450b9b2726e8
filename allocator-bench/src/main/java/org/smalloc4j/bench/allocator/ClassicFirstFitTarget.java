package org.smalloc4j.bench.allocator;

import org.smalloc4j.Allocator;
import org.smalloc4j.classic.FirstFitAllocator;
import org.smalloc4j.classic.Growers;

/** The first-fit allocator behind a lock, as published. */
final class ClassicFirstFitTarget extends HeapTarget {
  /** Addresses: more than any workload needs, fragments included. */
  static final long RESERVED = 1L << 36;

  private static final FirstFitAllocator HEAP =
      FirstFitAllocator.locked(Growers.reserved(RESERVED));

  @Override
  Allocator heap() {
    return HEAP;
  }
}
