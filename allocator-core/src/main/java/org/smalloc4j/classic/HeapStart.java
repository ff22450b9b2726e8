package org.smalloc4j.classic;

import org.smalloc4j.internal.raw.RawMemory;

/**
 * What a heap begins with, and the check of a heap that an earlier process has left. All words are
 * 8 bytes in native byte order, all places offsets from the first of them.
 *
 * <pre>
 *  0  MAGIC      stored last when a heap begins
 *  8  VERSION    of this format
 * 16  seed       mixed into the checks of all headers
 * 24  root       offset of the root's block, 0: none
 * 32  check      of VERSION and seed
 * 40  0, 0
 * 56  header of the first block, so that what a user gets is at a multiple of 16
 * </pre>
 *
 * <p>From there on block stands beside block, to the end mark: the header of a live block of no
 * bytes. What comes behind it was never used.
 */
final class HeapStart {
  /** Where the first block begins. */
  static final long FIRST_BLOCK = 56;

  /** Bytes of a heap without blocks. */
  static final long EMPTY_HEAP = FIRST_BLOCK + BlockHeader.BYTES;

  /** Bytes of a heap that is of any use. */
  static final long SMALLEST_HEAP = 128;

  /** {@code FIRSTFIT} in the order of little-endian machines. */
  private static final long MAGIC = 0x5449_4654_5352_4946L;

  private static final long VERSION = 1;

  private static final long VERSION_AT = 8;
  private static final long SEED_AT = 16;
  private static final long ROOT_AT = 24;
  private static final long CHECK_AT = 32;
  private static final long ZERO_AT = 40;

  private HeapStart() {}

  /** Writes the beginning of a heap, and the end mark as all that follows. */
  static void write(long base, long seed) {
    RawMemory.storePlain(base, 0);
    RawMemory.storePlain(base + VERSION_AT, VERSION);
    RawMemory.storePlain(base + SEED_AT, seed);
    RawMemory.storePlain(base + ROOT_AT, 0);
    RawMemory.storePlain(base + CHECK_AT, check(seed));
    RawMemory.storePlain(base + ZERO_AT, 0);
    RawMemory.storePlain(base + ZERO_AT + Long.BYTES, 0);
    long endMark = BlockHeader.of(FIRST_BLOCK, 0, BlockHeader.LIVE, seed);
    RawMemory.storePlain(base + FIRST_BLOCK, endMark);
    RawMemory.storeReleaseFenced(base, MAGIC); // a process that dies before leaves no heap
  }

  static long seed(long base) {
    return RawMemory.loadPlain(base + SEED_AT);
  }

  static long root(long base) {
    return RawMemory.loadPlain(base + ROOT_AT);
  }

  static void setRoot(long base, long offset) {
    RawMemory.storeReleaseFenced(base + ROOT_AT, offset);
  }

  private static long check(long seed) {
    return BlockHeader.of(CHECK_AT, VERSION << 4, BlockHeader.LIVE, seed);
  }

  /**
   * Checks a heap from its first word to its end mark, and writes nothing.
   *
   * @param base where it is, a multiple of 8
   * @param byteSize bytes that are there
   * @param name how messages name it
   * @return the offset of the end mark
   * @throws IllegalArgumentException if it is no heap, one of another version, or damaged
   */
  static long checkedEnd(long base, long byteSize, String name) {
    checkStart(base, byteSize, name);
    long seed = seed(base);
    long root = root(base);
    boolean rootIsLive = root == 0;
    long offset = FIRST_BLOCK;
    while (true) {
      if (offset > byteSize - BlockHeader.BYTES) {
        throw refused(
            name,
            "is truncated: the block before offset "
                + offset
                + " should end there"
                + ", but of the file there are "
                + byteSize
                + " bytes");
      }
      long header = RawMemory.loadPlain(base + offset);
      long bytes = BlockHeader.bytes(header);
      if (!BlockHeader.isIntact(header, offset, seed)) {
        throw refused(
            name,
            "is damaged: at offset "
                + offset
                + " there should be the header of a"
                + " block, but the word there, 0x"
                + Long.toHexString(header)
                + ", is none");
      }
      if (contradictsItself(header)) {
        throw refused(
            name,
            "is damaged: the header at offset "
                + offset
                + " contradicts itself: "
                + bytes
                + " bytes, flags "
                + BlockHeader.flags(header));
      }
      if (bytes == 0) {
        break;
      }
      rootIsLive |= offset == root && BlockHeader.isLive(header);
      offset += bytes;
    }
    if (!rootIsLive) {
      throw refused(
          name,
          "contradicts itself: its root is at offset " + root + ", where no live block begins");
    }
    return offset;
  }

  private static boolean contradictsItself(long header) {
    long bytes = BlockHeader.bytes(header);
    int flags = BlockHeader.flags(header) & ~BlockHeader.AFTER_FREE;
    return bytes == 0
        ? flags != BlockHeader.LIVE
        : bytes < BlockHeader.SMALLEST_BLOCK
            || (flags != 0 && flags != BlockHeader.LIVE && flags != BlockHeader.FREED);
  }

  private static void checkStart(long base, long byteSize, String name) {
    if (byteSize < EMPTY_HEAP) {
      throw refused(
          name,
          "is no first-fit heap, or is truncated: it has "
              + byteSize
              + " bytes; expected "
              + EMPTY_HEAP
              + " or more");
    }
    long magic = RawMemory.loadPlain(base);
    if (magic == Long.reverseBytes(MAGIC)) {
      throw refused(name, "was written by a machine of the other byte order");
    }
    if (magic != MAGIC) {
      throw refused(
          name,
          "is no first-fit heap: it begins with 0x"
              + Long.toHexString(magic)
              + "; expected 0x"
              + Long.toHexString(MAGIC));
    }
    long version = RawMemory.loadPlain(base + VERSION_AT);
    if (version != VERSION) {
      throw refused(
          name,
          "is a first-fit heap of format version "
              + version
              + "; this library reads version "
              + VERSION);
    }
    if (RawMemory.loadPlain(base + CHECK_AT) != check(seed(base))) {
      throw refused(name, "is damaged: the check of its first words is wrong");
    }
  }

  private static IllegalArgumentException refused(String name, String why) {
    return new IllegalArgumentException(
        name
            + " "
            + why
            + "; nothing was written; use a heap that this library has left whole,"
            + " or another file for a new one");
  }
}
