package org.smalloc4j.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The head of a pool's list of free blocks: {@code [count of pushes : 32 | code of the top : 32]},
 * 128 bytes or more from anything else that threads write or read.
 */
final class PoolHead {
  /** The top once the pool is closed; neither a code nor one of {@link Chunk}'s marks. */
  static final int CLOSED = -3;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int DISTANCE = 128 / Long.BYTES;
  private static final long COUNT_MASK = -1L << Integer.SIZE;
  private static final long ONE_PUSH = 1L << Integer.SIZE;

  private final long[] words = new long[2 * DISTANCE];

  /** Creates the head of an empty list. */
  PoolHead() {
    words[DISTANCE] = Integer.toUnsignedLong(Chunk.END);
  }

  /** Returns the code of the top, or one of the negative marks. */
  static int top(long head) {
    return (int) head;
  }

  /** Returns the head after a pop, with the block below on top. */
  static long popped(long head, int below) {
    return (head & COUNT_MASK) | Integer.toUnsignedLong(below);
  }

  /** Returns the head after a push. */
  static long pushed(long head, int code) {
    return ((head & COUNT_MASK) + ONE_PUSH) | Integer.toUnsignedLong(code);
  }

  long loadAcquire() {
    // Acquire: pairs with casVolatile. The link of the top, the table that has its chunk, and what
    // the last owner wrote there, are seen. Weaker: an old table has no such chunk.
    return (long) WORD.getAcquire(words, DISTANCE);
  }

  long loadVolatile() {
    // Volatile: pairs with the CAS of close and comes after the CAS of the table. Weaker: it could
    // come before that, and neither the closer nor the grower would give the new chunk back.
    return (long) WORD.getVolatile(words, DISTANCE);
  }

  boolean casVolatile(long expected, long replacement) {
    // Release half: pairs with loadAcquire; a push's link and the block's contents go first.
    // Acquire half: the new owner writes to the block after its pop, and finds what was there.
    return WORD.compareAndSet(words, DISTANCE, expected, replacement);
  }
}
