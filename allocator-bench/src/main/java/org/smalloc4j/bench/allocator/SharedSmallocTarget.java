package org.smalloc4j.bench.allocator;

import org.smalloc4j.Smalloc;

/** smalloc4j, a heap of its own whose slabs nobody owns: every call works on the shared words. */
final class SharedSmallocTarget extends HeapTarget {

  private static final Smalloc HEAP = Smalloc.builder().ownedSlabs(false).build();

  @Override
  Smalloc heap() {
    return HEAP;
  }
}
