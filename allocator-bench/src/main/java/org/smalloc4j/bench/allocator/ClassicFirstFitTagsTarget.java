package org.smalloc4j.bench.allocator;

import org.smalloc4j.Allocator;
import org.smalloc4j.classic.Coalescing;
import org.smalloc4j.classic.FirstFitAllocator;
import org.smalloc4j.classic.Growers;

/** The first-fit allocator behind a lock, with boundary tags. */
final class ClassicFirstFitTagsTarget extends HeapTarget {

  private static final FirstFitAllocator HEAP =
      FirstFitAllocator.locked(
          Growers.reserved(ClassicFirstFitTarget.RESERVED), Coalescing.AT_FREE);

  @Override
  Allocator heap() {
    return HEAP;
  }
}
