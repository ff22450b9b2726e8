package org.smalloc4j.classic;

/** Checks of what is asked for, in the words that every allocator uses. */
final class Request {
  private Request() {}

  /**
   * Checks a size and an alignment.
   *
   * @throws IllegalArgumentException if {@code byteSize} is negative or {@code byteAlignment} is
   *     not a power of two
   */
  static void check(long byteSize, long byteAlignment) {
    if (byteSize < 0) {
      throw new IllegalArgumentException("byteSize is " + byteSize + "; expected 0 or more bytes");
    }
    if (Long.bitCount(byteAlignment) != 1 || byteAlignment == Long.MIN_VALUE) {
      throw new IllegalArgumentException(
          "byteAlignment is " + byteAlignment + "; expected a power of two: 1, 2, 4, 8, …");
    }
  }
}
