package org.smalloc4j.classic;

import java.nio.file.Path;

/** Heaps for the contract's tests. */
public final class FirstFitHeaps {
  private FirstFitHeaps() {}

  /** Opens the heap in a file, with a bound on its blocks. */
  public static FirstFitAllocator inFile(
      Path file, long maxBytes, Coalescing coalescing, long largestBlock) {
    return FirstFitAllocator.open(Growers.file(file, maxBytes), coalescing, largestBlock);
  }

  /**
   * Returns a heap whose grower has given all it has, which is one free block at the next search.
   * Where a heap grows step by step, some steps end 16 bytes behind a block, to which these then
   * go: how many blocks fit would depend on how often it was full before.
   */
  public static FirstFitAllocator grown(FirstFitAllocator heap, long maxBytes) {
    long lower = heap.malloc(maxBytes / 2 - BlockHeader.BYTES);
    long upper = heap.malloc(maxBytes / 2 - BlockHeader.BYTES - HeapStart.EMPTY_HEAP);
    heap.free(upper);
    heap.free(lower);
    return heap;
  }
}
