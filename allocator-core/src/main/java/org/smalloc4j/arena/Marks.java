package org.smalloc4j.arena;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The marks on an arena's way: a stack of positions. A mark is a number that no arena of the
 * process gives twice, so one that is not on the stack is stale, or another arena's.
 */
final class Marks {
  /** Numbers that an arena takes at a time. */
  private static final long RANGE = 1L << 20;

  private static final AtomicLong NEXT_RANGE = new AtomicLong(RANGE);

  private static final int FIRST_ROOM = 8;
  private static final int[] NO_INTS = {};
  private static final long[] NO_LONGS = {};

  /** Ascending. */
  private long[] numbers = NO_LONGS;

  private long[] cursors = NO_LONGS;
  private int[] blocks = NO_INTS;
  private int[] ownBlocks = NO_INTS;
  private int size;
  private long next;

  /** Puts a mark on a position, or returns the one that is there; it is on top of the stack. */
  long put(int blocksInUse, long cursor, int ownBlocksInUse) {
    int top = size - 1;
    if (top >= 0
        && blocks[top] == blocksInUse
        && cursors[top] == cursor
        && ownBlocks[top] == ownBlocksInUse) {
      return numbers[top];
    }
    if (size == numbers.length) {
      grow();
    }
    if ((next & (RANGE - 1)) == 0) {
      next = NEXT_RANGE.getAndAdd(RANGE); // volatile: the order matters to nobody, the sum does
    }
    numbers[size] = next;
    cursors[size] = cursor;
    blocks[size] = blocksInUse;
    ownBlocks[size] = ownBlocksInUse;
    size++;
    return next++;
  }

  private void grow() {
    int room = Math.max(FIRST_ROOM, 2 * size);
    long[] moreNumbers = Arrays.copyOf(numbers, room);
    long[] moreCursors = Arrays.copyOf(cursors, room);
    int[] moreBlocks = Arrays.copyOf(blocks, room);
    ownBlocks = Arrays.copyOf(ownBlocks, room);
    blocks = moreBlocks;
    cursors = moreCursors;
    numbers = moreNumbers;
  }

  /** Returns the place of a mark on the stack, or a negative number. */
  int find(long mark) {
    return Arrays.binarySearch(numbers, 0, size, mark);
  }

  int blocks(int place) {
    return blocks[place];
  }

  long cursor(int place) {
    return cursors[place];
  }

  int ownBlocks(int place) {
    return ownBlocks[place];
  }

  /** Takes all marks off but the first so many. */
  void cut(int size) {
    this.size = size;
  }
}
