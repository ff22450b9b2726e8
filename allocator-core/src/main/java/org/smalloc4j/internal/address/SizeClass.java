package org.smalloc4j.internal.address;

/**
 * Size classes: class {@code c} holds slots of {@code 2^c} bytes, from 4 bytes (class 2) to 2 GiB
 * (class 31).
 */
public final class SizeClass {
  /** Class of the smallest slots, 4 bytes: a free slot holds a 4-byte link. */
  public static final int SMALLEST = 2;

  /** Class of the largest slots that any region has, 2 GiB. */
  public static final int LARGEST = 31;

  /** Classes that an address has room for (32); 0 and 1 have no slots. */
  public static final int COUNT = 32;

  private SizeClass() {}

  /**
   * Returns the class of the smallest slot that holds {@code byteSize} bytes at an alignment:
   * {@code ceil(log2(max(byteSize, byteAlignment, 4)))}.
   *
   * @param byteSize bytes, at least 0
   * @param byteAlignment bytes, a power of two
   * @return the class; above {@link #LARGEST} for what no region can hold
   */
  public static int of(long byteSize, long byteAlignment) {
    return Math.max(of(byteSize), Long.numberOfTrailingZeros(byteAlignment));
  }

  /**
   * Returns the class of the smallest slot that holds {@code byteSize} bytes.
   *
   * @param byteSize bytes, at least 0
   * @return the class; above {@link #LARGEST} for what no region can hold
   */
  public static int of(long byteSize) {
    return Long.SIZE - Long.numberOfLeadingZeros(Math.max(byteSize, 1L << SMALLEST) - 1);
  }

  /**
   * Returns the class for any number: that of {@link #of(long)} for 1 and more, one above {@link
   * #LARGEST} for 0 and less. For fast paths, which have no room for a check.
   */
  public static int ofAny(long byteSize) {
    return Long.SIZE - Long.numberOfLeadingZeros((byteSize - 1) | ((1L << SMALLEST) - 1));
  }

  /** Returns the bytes of a slot of {@code sizeClass}. */
  public static long slotBytes(int sizeClass) {
    return 1L << sizeClass;
  }

  /**
   * Checks the arguments that every allocator refuses in the same words.
   *
   * @throws IllegalArgumentException if {@code byteSize} is negative or {@code byteAlignment} is
   *     not a power of two
   */
  public static void checkRequest(long byteSize, long byteAlignment) {
    if (byteSize < 0) {
      throw new IllegalArgumentException("byteSize is " + byteSize + "; expected 0 or more bytes");
    }
    if (Long.bitCount(byteAlignment) != 1 || byteAlignment == Long.MIN_VALUE) {
      throw new IllegalArgumentException(
          "byteAlignment is " + byteAlignment + "; expected a power of two: 1, 2, 4, 8, …");
    }
  }
}
