package org.smalloc4j;

import java.lang.ref.Reference;

/**
 * Whether there is room for what {@link SmallocBuilder#build} does. Where a class of the JDK or of
 * ours is initialised for the first time and that fails for want of Java heap or stack, the class
 * is unusable for good; so this is found out before.
 */
final class Headroom {
  /** Levels of {@link #descend}: more stack than the first build needs, 100 KiB interpreted. */
  private static final int FIRST_DEPTH = 1000;

  /** The same for later builds, 20 KiB. */
  private static final int LATER_DEPTH = 200;

  /** Java heap that the first build needs at once, with some to spare, in pieces. */
  private static final int PIECES = 64;

  private static final int PIECE_BYTES = 1 << 16;

  /** Whether a build has succeeded. Plain: seen late, a thread looks once more. */
  private static boolean built;

  private Headroom() {}

  /**
   * Fails now rather than in the middle.
   *
   * @throws OutOfMemoryError if the Java heap is full
   * @throws StackOverflowError if the calling thread's stack is
   */
  static void check() {
    if (built) {
      checkStack();
      return;
    }
    descend(FIRST_DEPTH);
    byte[][] pieces = new byte[PIECES][];
    try {
      for (int i = 0; i < PIECES; i++) {
        pieces[i] = new byte[PIECE_BYTES];
      }
    } finally {
      Reference.reachabilityFence(pieces);
    }
  }

  /**
   * Fails now rather than in the middle of a call that has classes and Java heap enough.
   *
   * @throws StackOverflowError if the calling thread's stack is full
   */
  static void checkStack() {
    descend(LATER_DEPTH);
  }

  /** Notes that all classes are initialised. */
  static void noteBuilt() {
    built = true;
  }

  private static int descend(int levels) {
    return levels == 0 ? 0 : descend(levels - 1) + 1;
  }
}
