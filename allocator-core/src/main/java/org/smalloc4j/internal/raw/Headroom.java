package org.smalloc4j.internal.raw;

import java.lang.ref.Reference;

/**
 * Whether there is room for what is done the first time. Where a class of the JDK or of ours is
 * initialised and that fails for want of Java heap or stack, the class is unusable for good; so
 * this is found out before.
 */
public final class Headroom {
  /** Levels of {@link #descend}: more stack than a first build needs, 100 KiB interpreted. */
  private static final int FIRST_DEPTH = 1000;

  /** The same for later ones, 20 KiB. */
  private static final int LATER_DEPTH = 200;

  /** Java heap that a first build needs at once, with some to spare, in pieces. */
  private static final int PIECES = 64;

  private static final int PIECE_BYTES = 1 << 16;

  /** So much room in the Java heap that nobody need try: to touch the pieces takes 2 ms. */
  private static final long PLENTY = 1 << 26;

  /** Whether a build has succeeded. Plain: seen late, a thread looks once more. */
  private static boolean built;

  private Headroom() {}

  /**
   * Fails now rather than in the middle of the build of a heap.
   *
   * @throws OutOfMemoryError if the Java heap is full
   * @throws StackOverflowError if the calling thread's stack is
   */
  public static void check() {
    if (built) {
      checkStack();
    } else {
      checkFirst();
    }
  }

  /**
   * Fails now rather than in the middle of what links functions or initialises classes.
   *
   * @throws OutOfMemoryError if the Java heap is full
   * @throws StackOverflowError if the calling thread's stack is
   */
  public static void checkFirst() {
    descend(FIRST_DEPTH);
    int tried = hasPlenty() ? 1 : PIECES; // one always, so that a later call has nothing to link
    byte[][] pieces = new byte[PIECES][];
    try {
      for (int i = 0; i < tried; i++) {
        pieces[i] = new byte[PIECE_BYTES];
      }
    } finally {
      Reference.reachabilityFence(pieces);
    }
  }

  /** Tells whether the Java heap has, or can be given, much more than is needed. */
  private static boolean hasPlenty() {
    Runtime jvm = Runtime.getRuntime();
    return jvm.maxMemory() - jvm.totalMemory() + jvm.freeMemory() >= PLENTY;
  }

  /**
   * Fails now rather than in the middle of a call that has classes and Java heap enough.
   *
   * @throws StackOverflowError if the calling thread's stack is full
   */
  public static void checkStack() {
    descend(LATER_DEPTH);
  }

  /** Notes that all classes are initialised. */
  public static void noteBuilt() {
    built = true;
  }

  private static int descend(int levels) {
    return levels == 0 ? 0 : descend(levels - 1) + 1;
  }
}
