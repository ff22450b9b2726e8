package org.smalloc4j.arena;

/**
 * How large the blocks of an arena are: each twice as large as the one before, up to the largest.
 */
final class Growth {
  static final long FIRST_BLOCK_BYTES = 64 << 10;
  static final long LARGEST_BLOCK_BYTES = 4 << 20;

  /** Blocks are so aligned, if they are as large: the size of an OS page on most systems. */
  private static final long BLOCK_ALIGNMENT = 4096;

  private final long largest;
  private long next;

  Growth(long first, long largest) {
    if (first <= 0 || largest < first) {
      throw new IllegalArgumentException(
          "firstBlockBytes is "
              + first
              + ", largestBlockBytes is "
              + largest
              + "; expected 1 byte or more, and no less for the largest");
    }
    next = first;
    this.largest = largest;
  }

  /** Tells whether a request gets a block of its own. */
  boolean isAbove(Request request) {
    return request.taken > largest || request.byteAlignment > largest;
  }

  /** Returns the size of the next block, at least the request's size and alignment. */
  long blockBytes(Request request) {
    long blockBytes = next;
    while (blockBytes < Math.max(request.taken, request.byteAlignment)) {
      blockBytes = twice(blockBytes);
    }
    return blockBytes;
  }

  /** Returns the alignment of a block of this size, at least the request's. */
  static long alignment(Request request, long blockBytes) {
    return Math.max(
        request.byteAlignment, Math.min(BLOCK_ALIGNMENT, Long.highestOneBit(blockBytes)));
  }

  /** Lets the next block be larger than this one. */
  void grow(long blockBytes) {
    next = twice(blockBytes);
  }

  private long twice(long blockBytes) {
    return blockBytes > largest / 2 ? largest : 2 * blockBytes;
  }
}
