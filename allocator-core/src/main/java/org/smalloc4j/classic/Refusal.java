package org.smalloc4j.classic;

/** What page and binned allocators cannot serve, and what they say then. */
final class Refusal {
  /** Bytes of the largest block, and the largest alignment: 2 GiB. */
  static final long LARGEST = 1L << 31;

  private Refusal() {}

  /** Tells whether no block can be so large or so aligned. */
  static boolean isTooLarge(long byteSize, long byteAlignment) {
    return Math.max(byteSize, byteAlignment) > LARGEST;
  }

  /** Returns the error for a request that {@link #isTooLarge}. */
  static OutOfMemoryError tooLarge(long byteSize, long byteAlignment) {
    return of(byteSize, byteAlignment, "size and alignment of a block are 2 GiB at the most");
  }

  /** Returns the error for a request that cannot be served. */
  static OutOfMemoryError of(long byteSize, long byteAlignment, String why) {
    return new OutOfMemoryError(
        "cannot allocate " + byteSize + " bytes at alignment " + byteAlignment + ": " + why);
  }
}
