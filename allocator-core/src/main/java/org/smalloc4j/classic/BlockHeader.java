package org.smalloc4j.classic;

/**
 * The word before each block: its size, what it is, and a check. Arithmetic alone.
 *
 * <pre>
 *  63          40 39               4 3        0
 * [ check        | bytes / 16       | flags    ]      LIVE, FREED, AFTER_FREE
 * </pre>
 *
 * <p>The check mixes the rest of the word with the offset at which it stands and a number of the
 * heap. So a word of a user's that looks like a header is one by chance in 2^24 cases, and a copy
 * of a header, at another place or in another heap, no more often.
 */
final class BlockHeader {
  /** Bytes of a header. */
  static final long BYTES = 8;

  /** Blocks are multiples of this, and what a user gets is aligned to it. */
  static final long UNIT = 16;

  /** Bytes of the smallest block: header, two links, and the tag at the end of a free one. */
  static final long SMALLEST_BLOCK = 32;

  /** Bytes that sizes have room for. */
  static final long LARGEST_HEAP = 1L << 40;

  /** A user has the block. */
  static final int LIVE = 1;

  /** A block that a user had began here. On free blocks alone. */
  static final int FREED = 2;

  /** The block before this one is free, and ends with its size. With boundary tags alone. */
  static final int AFTER_FREE = 4;

  private static final int CHECK_SHIFT = 40;
  private static final long CONTENT_MASK = (1L << CHECK_SHIFT) - 1;
  private static final long FLAGS_MASK = UNIT - 1;

  private BlockHeader() {}

  /** Returns the header of a block of {@code bytes} at {@code offset}. */
  static long of(long offset, long bytes, int flags, long seed) {
    long content = bytes | flags;
    return check(offset, content, seed) << CHECK_SHIFT | content;
  }

  /** Tells whether a word is a header that was written for this offset of this heap. */
  static boolean isIntact(long header, long offset, long seed) {
    return header >>> CHECK_SHIFT == check(offset, header & CONTENT_MASK, seed);
  }

  /** Returns the size of the block, header included; 0 for the mark at the end of a heap. */
  static long bytes(long header) {
    return header & CONTENT_MASK & ~FLAGS_MASK;
  }

  /** Returns the size of the block that a request of {@code byteSize} gets. */
  static long blockBytes(long byteSize) {
    return Math.max(SMALLEST_BLOCK, (byteSize + BYTES + UNIT - 1) & -UNIT);
  }

  /** Returns the flags. */
  static int flags(long header) {
    return (int) (header & FLAGS_MASK);
  }

  /** Tells whether a user has the block. */
  static boolean isLive(long header) {
    return (header & LIVE) != 0;
  }

  /** Two rounds of multiply and shift, after the finaliser of SplitMix64 (Steele et al., 2014). */
  private static long check(long offset, long content, long seed) {
    long mixed = (content ^ seed) + offset * 0x9E37_79B9_7F4A_7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58_476D_1CE4_E5B9L;
    return mixed >>> CHECK_SHIFT;
  }
}
