package org.smalloc4j;

import org.jspecify.annotations.Nullable;

/** Fills the Java heap, so that nothing fits but what there is to be room for. */
final class FullJavaHeap {
  private static final int[] LENGTHS = {1 << 20, 1 << 14, 1 << 9, 32, 0};

  /** Nothing but the last pieces is referred to by an array: collections stay short. */
  private static final int MOST_PIECES = 4096;

  private static final byte @Nullable [][] PIECES = new byte @Nullable [MOST_PIECES][];
  private static byte @Nullable [] room;

  private FullJavaHeap() {}

  /** Fills it; an array of {@code bytes} bytes still fits, below 0 nothing does. */
  static void fill(int bytes) {
    room = bytes < 0 ? null : new byte[bytes];
    int count = 0;
    for (int length : LENGTHS) {
      try {
        while (count < MOST_PIECES) {
          PIECES[count] = new byte[length];
          count++;
        }
      } catch (OutOfMemoryError full) {
        // then smaller ones
      }
    }
    if (count == MOST_PIECES) {
      throw new AssertionError("not full");
    }
    room = null;
  }

  /** Makes room again. */
  static void empty() {
    for (int i = 0; i < MOST_PIECES; i++) {
      PIECES[i] = null;
    }
  }
}
