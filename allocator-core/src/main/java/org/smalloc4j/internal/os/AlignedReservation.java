package org.smalloc4j.internal.os;

/**
 * Reserves stretches at a multiple of a power of two, often their own size. Whatever is thrown,
 * nothing stays reserved.
 */
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
    return reserve(os, bits, true);
  }

  /**
   * Reserves a stretch as {@link #reserve(VirtualMemory, int)} does.
   *
   * @param accessible false: as {@link VirtualMemory#reserveInaccessible}
   */
  public static long reserve(VirtualMemory os, int bits, boolean accessible) throws OsException {
    long byteSize = 1L << bits;
    long hint = 0;
    for (int i = 0; i <= MOST_HINTS; i++) {
      long address = reserve(os, hint, byteSize, accessible);
      if ((address & (byteSize - 1)) == 0) {
        return address;
      }
      release(os, address, byteSize);
      hint = hint == 0 ? address & -byteSize : hint - byteSize;
      if (hint == 0) {
        break;
      }
    }
    return reserveWithin(os, bits, accessible);
  }

  private static long reserve(VirtualMemory os, long hint, long byteSize, boolean accessible)
      throws OsException {
    return accessible ? os.reserve(hint, byteSize) : os.reserveInaccessible(hint, byteSize);
  }

  /**
   * Reserves a stretch inside one of twice the size, and gives the ends back. Succeeds only if as
   * much again stays free.
   *
   * @return its address, a multiple of {@code 2^bits}
   * @throws OsException if the system refuses
   */
  public static long reserveWithin(VirtualMemory os, int bits) throws OsException {
    return reserveWithin(os, bits, true);
  }

  /**
   * Reserves a stretch as {@link #reserveWithin(VirtualMemory, int)} does.
   *
   * @param accessible false: as {@link VirtualMemory#reserveInaccessible}
   */
  public static long reserveWithin(VirtualMemory os, int bits, boolean accessible)
      throws OsException {
    return within(os, 1L << bits, 1L << bits, accessible);
  }

  /**
   * Reserves a stretch inside one that is longer by the alignment, and gives the ends back. At an
   * alignment of an OS page at most, which every stretch has, nothing is in excess.
   *
   * @param byteSize a multiple of an OS page
   * @param byteAlignment a power of two
   * @return its address, a multiple of {@code byteAlignment}
   * @throws OsException if the system refuses
   */
  public static long reserveWithin(VirtualMemory os, long byteSize, long byteAlignment)
      throws OsException {
    return within(os, byteSize, byteAlignment, true);
  }

  private static long within(
      VirtualMemory os, long byteSize, long byteAlignment, boolean accessible) throws OsException {
    if (byteAlignment <= os.osPageBytes()) {
      return reserve(os, 0, byteSize, accessible);
    }
    long wide = reserve(os, 0, byteSize + byteAlignment, accessible);
    long held = wide; // what is still to be released if something throws: from here to the end
    long end = wide + byteSize + byteAlignment;
    try {
      long base = (wide + byteAlignment - 1) & -byteAlignment;
      if (base > wide) {
        os.release(wide, base - wide);
        held = base;
      }
      os.release(base + byteSize, end - (base + byteSize));
      return base;
    } catch (Throwable thrown) {
      releaseBecauseOf(thrown, os, held, end - held);
      throw thrown;
    }
  }

  private static void release(VirtualMemory os, long address, long byteSize) throws OsException {
    try {
      os.release(address, byteSize);
    } catch (Throwable thrown) {
      releaseBecauseOf(thrown, os, address, byteSize);
      throw thrown;
    }
  }

  /** Releases a stretch that something thrown has made useless; a refusal is suppressed in that. */
  public static void releaseBecauseOf(
      Throwable thrown, VirtualMemory os, long address, long byteSize) {
    try {
      os.release(address, byteSize);
    } catch (OsException | RuntimeException | Error refused) {
      try {
        thrown.addSuppressed(refused);
      } catch (OutOfMemoryError noRoomToSaySo) {
        return; // what was thrown first goes on
      }
    }
  }
}
