package org.smalloc4j.internal.os;

/** Reserves stretches of {@code 2^bits} bytes at a multiple of their size. */
public final class AlignedReservation {
  /** Wishes tried before addresses are taken in excess; covers 2^47 bytes in steps of 2^44. */
  private static final int MOST_HINTS = 8;

  private AlignedReservation() {}

  /**
   * Reserves a stretch: first where the system would put it, rounded down, then at the multiples
   * below; failing these, anywhere.
   *
   * @return its address, a multiple of {@code 2^bits}
   * @throws OsException if the system refuses
   */
  public static long reserve(VirtualMemory os, int bits) throws OsException {
    long byteSize = 1L << bits;
    long hint = 0;
    for (int i = 0; i <= MOST_HINTS; i++) {
      long address = os.reserve(hint, byteSize);
      if ((address & (byteSize - 1)) == 0) {
        return address;
      }
      os.release(address, byteSize);
      hint = hint == 0 ? address & -byteSize : hint - byteSize;
      if (hint == 0) {
        break;
      }
    }
    return reserveWithin(os, bits);
  }

  /**
   * Reserves a stretch inside one of twice the size, and gives the ends back. Succeeds only if as
   * much again stays free.
   *
   * @return its address, a multiple of {@code 2^bits}
   * @throws OsException if the system refuses
   */
  public static long reserveWithin(VirtualMemory os, int bits) throws OsException {
    long byteSize = 1L << bits;
    long wide = os.reserve(0, 2 * byteSize);
    long base = (wide + byteSize - 1) & -byteSize;
    if (base > wide) {
      os.release(wide, base - wide);
    }
    os.release(base + byteSize, wide + byteSize - base);
    return base;
  }
}
