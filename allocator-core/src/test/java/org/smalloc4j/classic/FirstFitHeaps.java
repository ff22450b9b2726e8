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
   * Returns a heap whose grower has given all but a few hundred of its bytes. Where a heap grows
   * step by step, some steps end 16 bytes behind a block, to which these then go: how many blocks
   * fit would depend on how often it was full before.
   */
  public static FirstFitAllocator grown(FirstFitAllocator heap, long maxBytes) {
    long one = heap.malloc(maxBytes / 2 - 256);
    long other = heap.malloc(maxBytes / 2 - 256);
    heap.free(one);
    heap.free(other);
    return heap;
  }
}
