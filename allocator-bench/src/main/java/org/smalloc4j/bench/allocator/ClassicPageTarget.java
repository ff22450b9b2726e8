package org.smalloc4j.bench.allocator;

import org.smalloc4j.Allocator;
import org.smalloc4j.classic.PageAllocator;

/** A mapping of whole OS pages for each block. */
final class ClassicPageTarget extends HeapTarget {

  private static final PageAllocator HEAP = PageAllocator.create();

  @Override
  Allocator heap() {
    return HEAP;
  }
}
