package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.os.AlignedReservation;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.os.VirtualMemory.Advice;

/**
 * A reserved stretch of addresses. Whatever a method throws, nothing is reserved that was not
 * before.
 *
 * @param layout where things are in it
 * @param os where the stretch comes from
 * @param refusedBits bits that the system's refusals took off the size that was wanted
 * @param whyRefused why, and what to change; empty if nothing was refused
 */
public record Region(RegionLayout layout, VirtualMemory os, int refusedBits, String whyRefused) {

  /**
   * Reserves a region of exactly {@code 2^regionBits} bytes.
   *
   * @throws OsException if the system refuses
   */
  public static Region reserve(VirtualMemory os, int regionBits) throws OsException {
    return at(AlignedReservation.reserve(os, regionBits), os, regionBits, 0, "");
  }

  /**
   * Reserves a region of {@code 2^regionBits} bytes or, where the system refuses, of the next
   * smaller power of two that leaves as much again for the rest of the process.
   *
   * @throws OsException if the system refuses even the smallest region; the first refusal
   */
  public static Region reserveUpTo(VirtualMemory os, int regionBits) throws OsException {
    try {
      return reserve(os, regionBits);
    } catch (OsException refusal) {
      String whyRefused = os.whyRefused(refusal, 1L << regionBits);
      for (int bits = regionBits - 1; bits >= RegionLayout.SMALLEST_REGION_BITS; bits--) {
        try {
          long base = AlignedReservation.reserveWithin(os, bits);
          return at(base, os, bits, regionBits - bits, whyRefused);
        } catch (OsException smaller) {
          refusal.addSuppressed(smaller);
        }
      }
      throw refusal;
    }
  }

  private static Region at(
      long base, VirtualMemory os, int regionBits, int refusedBits, String whyRefused) {
    long byteSize = 1L << regionBits;
    try {
      RegionLayout layout = new RegionLayout(base, regionBits);
      os.advise(base, byteSize, Advice.NO_HUGE_PAGES);
      os.advise(base, byteSize, Advice.NO_CORE_DUMP);
      return new Region(layout, os, refusedBits, whyRefused);
    } catch (Throwable thrown) {
      AlignedReservation.releaseBecauseOf(thrown, os, base, byteSize);
      throw thrown;
    }
  }

  /**
   * Gives the stretch back. An access to it from then on crashes the JVM.
   *
   * @throws IllegalStateException if the system refuses; nothing has changed
   */
  public void release() {
    try {
      os.release(layout.base(), layout.byteSize());
    } catch (OsException e) {
      throw new IllegalStateException(
          "the system refuses to take the region back, so it stays: " + e.getMessage(), e);
    }
  }

  /** Gives the stretch back because of something thrown that has made it useless. */
  public void releaseBecauseOf(Throwable thrown) {
    AlignedReservation.releaseBecauseOf(thrown, os, layout.base(), layout.byteSize());
  }
}
