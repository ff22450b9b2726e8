package org.smalloc4j.bench.allocator;

import org.smalloc4j.Allocator;
import org.smalloc4j.classic.SystemAllocator;

/** The C library's malloc, as this project's allocators fall back to it. */
final class SystemTarget extends HeapTarget {

  private static final SystemAllocator HEAP = SystemAllocator.instance();

  @Override
  Allocator heap() {
    return HEAP;
  }
}
