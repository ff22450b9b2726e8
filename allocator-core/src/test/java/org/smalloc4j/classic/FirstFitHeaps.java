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
}
