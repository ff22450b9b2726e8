package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.os.AlignedReservation;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.os.VirtualMemory.Advice;

/**
 * A reserved stretch of addresses. Whatever a method throws, nothing is reserved that was not
 * before.
 *
 * <pre>
 *  as large as wanted   | layout, 2^bits                       |
 *  stepped down         | layout, half of it | annex, 16 slabs |
 * </pre>
 *
 * What is left of a region that was stepped down would have small areas, and blocks of up to a
 * quarter of one: 256 KiB in 2 GiB of addresses. So half of it is an annex (see {@link Annex}),
 * whose slots are up to a 32nd of the whole, 64 MiB in 2 GiB.
 *
 * @param layout where things are in it
 * @param annex where things are in its other half; null if it has none
 * @param commitment what of it is accessible; null if all of it is
 * @param ahead what is told before a frontier of it moves; null if nothing is
 * @param os where the stretch comes from
 * @param refusedBits bits that the system's refusals took off the size that was wanted
 * @param whyRefused why, and what to change; empty if nothing was refused
 */
public record Region(
    RegionLayout layout,
    @Nullable RegionLayout annex,
    @Nullable Commitment commitment,
    @Nullable Ahead ahead,
    VirtualMemory os,
    int refusedBits,
    String whyRefused) {

  /** What a region looks like. */
  private enum Shape {
    UP_TO_QUARTERS,
    UP_TO_WHOLE_AREAS,
    WITH_ANNEX,
    SMALLEST
  }

  /**
   * Reserves a region of exactly {@code 2^regionBits} bytes, with slots of up to a quarter of an
   * area.
   *
   * @param onDemand whether it becomes accessible bit by bit; it does also where the system refuses
   *     all of it at once
   * @throws OsException if the system refuses
   */
  public static Region reserve(VirtualMemory os, int regionBits, boolean onDemand)
      throws OsException {
    return eitherWay(os, regionBits, Shape.UP_TO_QUARTERS, 0, "", onDemand);
  }

  /** Reserves a region as {@link #reserve(VirtualMemory, int, boolean)}, accessible if possible. */
  public static Region reserve(VirtualMemory os, int regionBits) throws OsException {
    return reserve(os, regionBits, false);
  }

  /**
   * Reserves a region of {@code 2^regionBits} bytes, with slots of up to an area, or, where the
   * system refuses, of the next smaller power of two that leaves as much again for the rest of the
   * process.
   *
   * @param onDemand as for {@link #reserve(VirtualMemory, int, boolean)}
   * @throws OsException if the system refuses even the smallest region; the first refusal
   */
  public static Region reserveUpTo(VirtualMemory os, int regionBits, boolean onDemand)
      throws OsException {
    try {
      return eitherWay(os, regionBits, Shape.UP_TO_WHOLE_AREAS, 0, "", onDemand);
    } catch (OsException refusal) {
      String whyRefused = os.whyRefused(refusal, 1L << regionBits);
      for (int bits = regionBits - 1; bits >= RegionLayout.SMALLEST_REGION_BITS; bits--) {
        try {
          Shape shape =
              bits > RegionLayout.SMALLEST_REGION_BITS ? Shape.WITH_ANNEX : Shape.SMALLEST;
          return eitherWay(os, bits, shape, regionBits - bits, whyRefused, onDemand);
        } catch (OsException smaller) {
          refusal.addSuppressed(smaller);
        }
      }
      throw refusal;
    }
  }

  /**
   * Reserves a region as {@link #reserveUpTo(VirtualMemory, int, boolean)}, accessible if possible.
   */
  public static Region reserveUpTo(VirtualMemory os, int regionBits) throws OsException {
    return reserveUpTo(os, regionBits, false);
  }

  /**
   * Reserves a region of exactly {@code 2^bits} bytes, as if it was stepped down to that.
   *
   * @throws OsException if the system refuses
   */
  static Region reserveWithAnnex(VirtualMemory os, int bits) throws OsException {
    return eitherWay(os, bits, Shape.WITH_ANNEX, 0, "", false);
  }

  /**
   * Reserves a region, accessible as a whole or, on demand or where that is refused, bit by bit.
   */
  private static Region eitherWay(
      VirtualMemory os, int bits, Shape shape, int refusedBits, String why, boolean onDemand)
      throws OsException {
    if (onDemand) {
      return at(stretch(os, bits, shape, false), os, bits, shape, refusedBits, why, false);
    }
    try {
      return at(stretch(os, bits, shape, true), os, bits, shape, refusedBits, why, true);
    } catch (OsException refused) {
      try {
        return at(stretch(os, bits, shape, false), os, bits, shape, refusedBits, why, false);
      } catch (OsException too) {
        throw refused;
      }
    }
  }

  /** What was refused before is had only if as much again stays free. */
  private static long stretch(VirtualMemory os, int bits, Shape shape, boolean accessible)
      throws OsException {
    return shape == Shape.WITH_ANNEX || shape == Shape.SMALLEST
        ? AlignedReservation.reserveWithin(os, bits, accessible)
        : AlignedReservation.reserve(os, bits, accessible);
  }

  /** Makes a region of a reserved stretch, or gives the stretch back. */
  private static Region at(
      long base,
      VirtualMemory os,
      int bits,
      Shape shape,
      int refusedBits,
      String whyRefused,
      boolean accessible)
      throws OsException {
    try {
      RegionLayout layout =
          switch (shape) {
            case UP_TO_QUARTERS, SMALLEST -> new RegionLayout(base, bits);
            case UP_TO_WHOLE_AREAS -> RegionLayout.upToWholeAreas(base, bits);
            case WITH_ANNEX -> new RegionLayout(base, bits - 1);
          };
      RegionLayout annex = shape == Shape.WITH_ANNEX ? layout.annex() : null;
      os.advise(base, 1L << bits, Advice.NO_HUGE_PAGES);
      os.advise(base, 1L << bits, Advice.NO_CORE_DUMP);
      Commitment commitment = accessible ? null : Commitment.of(os, layout, annex);
      if (os.osPageBytes() <= RegionLayout.UNUSED_BYTES) {
        os.stopFilling(layout.unused(), RegionLayout.UNUSED_BYTES);
      }
      return new Region(layout, annex, commitment, commitment, os, refusedBits, whyRefused);
    } catch (Throwable thrown) {
      AlignedReservation.releaseBecauseOf(thrown, os, base, 1L << bits);
      throw thrown;
    }
  }

  /**
   * Returns this region with huge pages behind busy size classes; this one itself where not all of
   * it is accessible, which has mappings enough.
   */
  public Region withHugePages() {
    return commitment != null
        ? this
        : new Region(layout, annex, null, new HugePages(os, layout), os, refusedBits, whyRefused);
  }

  /** Returns the bytes of the whole stretch. */
  public long byteSize() {
    return annex == null ? layout.byteSize() : layout.byteSize() + annex.byteSize();
  }

  /** Tells whether an address lies in the stretch. */
  public boolean contains(long address) {
    return layout.contains(address) || (annex != null && annex.contains(address));
  }

  /**
   * Locks whatever of the stretch is backed by memory, now or later.
   *
   * @throws OsException if the system refuses
   * @throws UnsupportedOperationException if it cannot do that
   */
  public void lock() throws OsException {
    os.lock(layout.base(), byteSize());
  }

  /**
   * Gives the stretch back. An access to it from then on crashes the JVM.
   *
   * @throws IllegalStateException if the system refuses; nothing has changed
   */
  public void release() {
    try {
      os.release(layout.base(), byteSize());
    } catch (OsException e) {
      throw new IllegalStateException(
          "the system refuses to take the region back, so it stays: " + e.getMessage(), e);
    }
  }

  /** Gives the stretch back because of something thrown that has made it useless. */
  public void releaseBecauseOf(Throwable thrown) {
    AlignedReservation.releaseBecauseOf(thrown, os, layout.base(), byteSize());
  }
}
