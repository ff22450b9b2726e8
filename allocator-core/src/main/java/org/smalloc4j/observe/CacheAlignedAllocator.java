package org.smalloc4j.observe;

import org.smalloc4j.Allocator;

/**
 * An allocator whose every block begins and ends on a cache line of its own: no two blocks share a
 * line, so threads that write to different blocks do not take lines from each other.
 *
 * <p>Laws, for a line of {@code L} bytes: {@code p % L == 0}; {@code usableSize(p) % L == 0} and
 * {@code usableSize(p) >= max(L, byteSize)}, also after {@code realloc}. A size is rounded up to
 * whole lines, 0 to one line, before the inner allocator is asked, and an alignment below a line to
 * a line; usable bytes of the inner allocator beyond the last whole line are not used. Segments are
 * exactly as long as asked all the same. The whole of the lines is zeroed by {@code calloc}.
 *
 * <p>{@code realloc} of a block of the inner allocator that is not so aligned moves it. {@code
 * owns} is false for an address within a line. An {@link OutOfMemoryError} names what was asked and
 * what was asked of the inner allocator, whose own error is its cause.
 *
 * <p><b>Threads.</b> As many as the inner allocator takes; no state, nothing on the Java heap.
 */
public final class CacheAlignedAllocator extends ForwardingAllocator {
  private static final int USUAL_LINE_BYTES = 64;
  private static final int SMALLEST_LINE_BYTES = 16;
  private static final int LARGEST_LINE_BYTES = 4096;

  private final long lineBytes;

  private CacheAlignedAllocator(Allocator inner, int lineBytes) {
    super(inner);
    this.lineBytes = lineBytes;
  }

  /**
   * Puts blocks on cache lines of 64 bytes, the line of x86 and of most AArch64 processors.
   *
   * @param inner what allocates
   * @return an allocator of whole cache lines, to be used instead of {@code inner}
   */
  public static CacheAlignedAllocator over(Allocator inner) {
    return over(inner, USUAL_LINE_BYTES);
  }

  /**
   * Puts blocks on lines of a given size: 128 keeps the pair of lines that x86 fetches together
   * apart, and is the line of Apple's processors.
   *
   * @param inner what allocates
   * @param lineBytes bytes of a line, a power of two, 16 to 4096
   * @return an allocator of whole lines, to be used instead of {@code inner}
   * @throws IllegalArgumentException if {@code lineBytes} is not a power of two or out of range
   */
  public static CacheAlignedAllocator over(Allocator inner, int lineBytes) {
    if (Integer.bitCount(lineBytes) != 1
        || lineBytes < SMALLEST_LINE_BYTES
        || lineBytes > LARGEST_LINE_BYTES) {
      throw new IllegalArgumentException(
          "lineBytes is "
              + lineBytes
              + "; expected a power of two from "
              + (SMALLEST_LINE_BYTES + " to " + LARGEST_LINE_BYTES)
              + ", such as the processor's cache line of 64 or 128");
    }
    return new CacheAlignedAllocator(inner, lineBytes);
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    try {
      return super.malloc(lines(byteSize), aligned(byteAlignment));
    } catch (OutOfMemoryError refused) {
      throw refused(byteSize, byteAlignment, refused);
    }
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    return super.tryMalloc(lines(byteSize), aligned(byteAlignment));
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    try {
      return super.calloc(lines(byteSize), aligned(byteAlignment));
    } catch (OutOfMemoryError refused) {
      throw refused(byteSize, byteAlignment, refused);
    }
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    try {
      return super.realloc(address, lines(byteSize), aligned(byteAlignment));
    } catch (OutOfMemoryError refused) {
      throw refused(byteSize, byteAlignment, refused);
    }
  }

  @Override
  public long usableSize(long address) {
    return super.usableSize(address) & -lineBytes;
  }

  @Override
  public boolean owns(long address) {
    return super.owns(address) && (address & (lineBytes - 1)) == 0;
  }

  /** Rounds a size up to whole lines; what the inner allocator refuses stays as it is. */
  private long lines(long byteSize) {
    if (byteSize < 0 || byteSize > Long.MAX_VALUE - lineBytes) {
      return byteSize;
    }
    return Math.max(lineBytes, (byteSize + lineBytes - 1) & -lineBytes);
  }

  /** Raises an alignment to a line; what is no alignment is left to the inner allocator. */
  private long aligned(long byteAlignment) {
    return Long.bitCount(byteAlignment) == 1 && byteAlignment > 0
        ? Math.max(byteAlignment, lineBytes)
        : byteAlignment;
  }

  private OutOfMemoryError refused(long byteSize, long byteAlignment, OutOfMemoryError cause) {
    OutOfMemoryError refused =
        new OutOfMemoryError(
            "cannot allocate "
                + byteSize
                + " bytes at alignment "
                + byteAlignment
                + (", which is " + lines(byteSize) + " bytes in lines of " + lineBytes + ": ")
                + cause.getMessage());
    refused.initCause(cause);
    return refused;
  }
}
