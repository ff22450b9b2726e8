package org.smalloc4j.classic;

/**
 * The free blocks of a heap, the last freed first: a list linked both ways through the blocks
 * themselves. A link is believed only if it leads to a free block that leads back. So a walk ends:
 * a block that it met twice would have two before it, or be the first and have one.
 */
final class FreeList {
  /** No block; no block begins at that offset. */
  static final long NONE = 0;

  private final Blocks blocks;
  private long first = NONE;

  FreeList(Blocks blocks) {
    this.blocks = blocks;
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

  /** Puts a free block before all others. */
  void prepend(long offset) {
    blocks.putNext(offset, first);
    blocks.putPrevious(offset, NONE);
    if (first != NONE) {
      blocks.putPrevious(first, offset);
    }
    first = offset;
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
