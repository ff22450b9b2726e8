package org.smalloc4j.classic;

/**
 * The free blocks of a heap, the last freed first: a list linked both ways through the blocks
 * themselves. A link is believed only if it leads to a free block that leads back. So a walk ends:
 * a block that it met twice would have two before it, or be the first and have one.
 *
 * <p>With boundary tags, the block behind a free one is told so: by a flag of its header, and by
 * the size that the free block ends with.
 */
final class FreeList {
  /** No block; no block begins at that offset. */
  static final long NONE = 0;

  private final Blocks blocks;
  private final boolean hasTags;
  private long first = NONE;

  FreeList(Blocks blocks, boolean hasTags) {
    this.blocks = blocks;
    this.hasTags = hasTags;
  }

  /** Makes the list anew from the headers, and one block of free ones that lie side by side. */
  void rebuild() {
    boolean afterFree = false;
    long offset = HeapStart.FIRST_BLOCK;
    while (offset != blocks.end()) {
      long header = blocks.header(offset);
      long end = offset + BlockHeader.bytes(header);
      if (BlockHeader.isLive(header)) {
        tellBehind(offset, afterFree);
        afterFree = false;
      } else {
        while (!BlockHeader.isLive(blocks.header(end))) {
          end += BlockHeader.bytes(blocks.knownHeader(end));
        }
        put(offset, end - offset, BlockHeader.flags(header) & BlockHeader.FREED);
        afterFree = true;
      }
      offset = end;
    }
    tellBehind(offset, afterFree);
  }

  /**
   * Returns the first free block, or {@link #NONE}.
   *
   * @throws IllegalStateException if it was overwritten
   */
  long first() {
    if (first != NONE) {
      checkFollows(first, NONE);
    }
    return first;
  }

  /**
   * Returns the block after one on the list, or {@link #NONE}.
   *
   * @throws IllegalStateException if a link was overwritten
   */
  long next(long offset) {
    long next = blocks.next(offset);
    if (next != NONE) {
      checkFollows(next, offset);
    }
    return next;
  }

  /**
   * Checks that {@link #remove} can take a free block off the list.
   *
   * @throws IllegalStateException if a link was overwritten
   */
  void checkLinks(long offset) {
    next(offset);
    long previous = blocks.previous(offset);
    if (previous == NONE ? first != offset : !isFree(previous) || blocks.next(previous) != offset) {
      throw blocks.damaged("a link of the free block", offset);
    }
  }

  /** Takes a block off the list, whose links have been checked. */
  void remove(long offset) {
    long next = blocks.next(offset);
    long previous = blocks.previous(offset);
    if (previous == NONE) {
      first = next;
    } else {
      blocks.putNext(previous, next);
    }
    if (next != NONE) {
      blocks.putPrevious(next, previous);
    }
  }

  /** Makes a free block and puts it before all others. */
  void put(long offset, long bytes, int flags) {
    putHeader(offset, bytes, flags);
    blocks.putNext(offset, first);
    blocks.putPrevious(offset, NONE);
    if (first != NONE) {
      blocks.putPrevious(first, offset);
    }
    first = offset;
  }

  /** Changes the size of a free block, which stays where it is on the list. */
  void putHeader(long offset, long bytes, int flags) {
    blocks.putHeader(offset, bytes, flags);
    if (hasTags) {
      blocks.putTag(offset, bytes);
    }
  }

  /** Returns the flag of a block behind a free one, 0 without tags. */
  int flagBehind() {
    return hasTags ? BlockHeader.AFTER_FREE : 0;
  }

  /** Tells a live block, or the end mark, whether the block before it is free. */
  void tellBehind(long offset, boolean isAfterFree) {
    long header = blocks.knownHeader(offset);
    int flags = BlockHeader.flags(header) & ~BlockHeader.AFTER_FREE;
    if (isAfterFree) {
      flags |= flagBehind();
    }
    if (flags != BlockHeader.flags(header)) {
      blocks.putHeader(offset, BlockHeader.bytes(header), flags);
    }
  }

  private void checkFollows(long offset, long previous) {
    if (!isFree(offset) || blocks.previous(offset) != previous) {
      throw blocks.damaged("a link to the free block", offset);
    }
  }

  private boolean isFree(long offset) {
    return blocks.isPlace(offset)
        && blocks.isHeader(offset)
        && !BlockHeader.isLive(blocks.knownHeader(offset));
  }
}
