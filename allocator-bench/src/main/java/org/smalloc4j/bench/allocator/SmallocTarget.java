package org.smalloc4j.bench.allocator;

import org.smalloc4j.Smalloc;

/** smalloc4j, a heap of its own with the defaults. */
final class SmallocTarget extends HeapTarget {

  private static final Smalloc HEAP = Smalloc.create();

  @Override
  Smalloc heap() {
    return HEAP;
  }
}
