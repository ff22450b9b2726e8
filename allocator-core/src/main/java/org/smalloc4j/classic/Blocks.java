package org.smalloc4j.classic;

import org.smalloc4j.internal.raw.RawMemory;

/**
 * The blocks of a heap as they stand in memory: headers, the links of the free ones, the tags at
 * their ends. Blocks are named by the offsets of their headers from the base of the heap. Whatever
 * a user has written where he should not, no access leaves the heap.
 *
 * <pre>
 *  live block                      free block
 *  [ header | user's bytes … ]     [ header | next | previous | … | bytes ]
 * </pre>
 */
final class Blocks {
  private static final long NEXT_AT = 8;
  private static final long PREVIOUS_AT = 16;

  private final long base;
  private final long seed;

  /** Where the end mark is. */
  private long end;

  /** Creates a view of the blocks of a heap whose beginning and end mark are written. */
  Blocks(long base, long end) {
    this.base = base;
    this.end = end;
    seed = HeapStart.seed(base);
  }

  /** Returns the offset of the end mark: every block ends there or before. */
  long end() {
    return end;
  }

  /** Returns the address that a user has of the block at an offset. */
  long address(long offset) {
    return base + offset + BlockHeader.BYTES;
  }

  /** Returns the offset of the block that a user has this address of, if one begins there. */
  long offset(long address) {
    return address - BlockHeader.BYTES - base;
  }

  /**
   * Returns the first place for an aligned block in what begins at an offset: there, or far enough
   * behind for a free block to come before it.
   */
  long place(long offset, long byteAlignment) {
    long address = address(offset);
    long aligned = (address + byteAlignment - 1) & -byteAlignment;
    if (aligned != address && aligned - address < BlockHeader.SMALLEST_BLOCK) {
      aligned = (address + BlockHeader.SMALLEST_BLOCK + byteAlignment - 1) & -byteAlignment;
    }
    return offset + aligned - address;
  }

  /** Tells whether a header can stand at an offset; {@link #end} is no such place. */
  boolean isPlace(long offset) {
    return offset >= HeapStart.FIRST_BLOCK
        && offset < end
        && offset % BlockHeader.UNIT == HeapStart.FIRST_BLOCK % BlockHeader.UNIT;
  }

  /** Tells whether the word at a place is the header of a block, now or once. */
  boolean isHeader(long place) {
    long word = load(place);
    long bytes = BlockHeader.bytes(word);
    return BlockHeader.isIntact(word, place, seed)
        && bytes >= BlockHeader.SMALLEST_BLOCK
        && bytes <= end - place;
  }

  /**
   * Returns the header of a block, or the end mark.
   *
   * @throws IllegalStateException if the header was overwritten
   */
  long header(long offset) {
    if (offset != end && (!isPlace(offset) || !isHeader(offset))) {
      throw damaged("the header", offset);
    }
    return load(offset);
  }

  /** Returns a header that has been looked at by {@link #header} in the same call. */
  long knownHeader(long offset) {
    return load(offset);
  }

  /**
   * Stores a header. This is where blocks begin and end, so that the store is kept in its place:
   * before it is all that makes the block good, after it all that relies on the block.
   */
  void putHeader(long offset, long bytes, int flags) {
    // Release, fenced: see FirstFitHeap. Weaker: a process that is killed may leave a header
    // that leads to where no header is yet.
    RawMemory.storeReleaseFenced(base + offset, BlockHeader.of(offset, bytes, flags, seed));
  }

  /** Moves the end mark: writes the new one, and leaves the old one to be made a block of. */
  void moveEnd(long newEnd, int flags) {
    putHeader(newEnd, 0, BlockHeader.LIVE | flags);
    end = newEnd;
  }

  /** Returns the free block that comes after this one on the list, 0 for none; may be garbage. */
  long next(long offset) {
    return load(offset + NEXT_AT);
  }

  /** Returns the free block that comes before this one on the list, 0 for none; may be garbage. */
  long previous(long offset) {
    return load(offset + PREVIOUS_AT);
  }

  void putNext(long offset, long next) {
    RawMemory.storePlain(base + offset + NEXT_AT, next);
  }

  void putPrevious(long offset, long previous) {
    RawMemory.storePlain(base + offset + PREVIOUS_AT, previous);
  }

  /** Stores the size of a free block at its end. */
  void putTag(long offset, long bytes) {
    RawMemory.storePlain(base + offset + bytes - Long.BYTES, bytes);
  }

  /**
   * Returns the free block that ends where another one begins, as its tag says.
   *
   * @throws IllegalStateException if the tag or that block's header was overwritten
   */
  long before(long offset) {
    long bytes = load(offset - Long.BYTES);
    long before = offset - bytes;
    if (bytes < BlockHeader.SMALLEST_BLOCK
        || !isPlace(before)
        || !isHeader(before)
        || BlockHeader.isLive(load(before))
        || BlockHeader.bytes(load(before)) != bytes) {
      throw damaged("the free block before", offset);
    }
    return before;
  }

  /** Returns the error of a block that was written over. */
  IllegalStateException damaged(String what, long offset) {
    return new IllegalStateException(
        "first-fit heap: "
            + what
            + (" at 0x" + Long.toHexString(base + offset) + " (offset " + offset + ")")
            + " was overwritten: by who wrote beyond the end of the block before it, or into a"
            + " block after its free; nothing was changed");
  }

  private long load(long offset) {
    return RawMemory.loadPlain(base + offset);
  }
}
