package org.smalloc4j.classic;

import java.lang.foreign.MemorySegment;
import org.smalloc4j.internal.raw.RawMemory;

/** What a {@link Grower} has given so far, and whether it keeps its rules. */
final class GrowingBuffer {
  private final Grower grower;
  private final long base;
  private long byteSize;
  private boolean isGrowing;

  /** Creates the buffer of a grower that has given {@code byteSize} bytes at {@code base}. */
  GrowingBuffer(Grower grower, long base, long byteSize) {
    this.grower = grower;
    this.base = base;
    this.byteSize = byteSize;
  }

  /**
   * Asks a grower for its first bytes, for a heap to begin in.
   *
   * @throws IllegalArgumentException if it has too little
   */
  static GrowingBuffer begin(Grower grower) {
    MemorySegment memory = grower.grow(HeapStart.SMALLEST_HEAP);
    long start = RawMemory.nativeAddress(memory);
    long base = (start + BlockHeader.UNIT - 1) & -BlockHeader.UNIT;
    long byteSize = start + memory.byteSize() - base;
    if (byteSize < HeapStart.EMPTY_HEAP) {
      throw new IllegalArgumentException(
          grower
              + " gave "
              + memory.byteSize()
              + " bytes; a heap needs "
              + HeapStart.SMALLEST_HEAP
              + " or more");
    }
    return new GrowingBuffer(grower, base, byteSize);
  }

  Grower grower() {
    return grower;
  }

  /** Returns where the buffer begins, a multiple of 16. */
  long base() {
    return base;
  }

  /** Returns the bytes from {@link #base} on that a heap can use. */
  long byteSize() {
    return Math.min(byteSize, BlockHeader.LARGEST_HEAP);
  }

  /** Tells whether the grower is being asked for memory by a call that has not ended. */
  boolean isGrowing() {
    return isGrowing;
  }

  /**
   * Asks the grower for more; false if there is none.
   *
   * @throws IllegalStateException if what it gives does not begin where the last answer ended
   */
  boolean grow(long needed) {
    MemorySegment gained;
    isGrowing = true;
    try {
      gained = grower.grow(needed);
    } finally {
      isGrowing = false;
    }
    if (gained.byteSize() == 0) {
      return false;
    }
    long end = base + byteSize;
    if (RawMemory.nativeAddress(gained) != end) {
      throw new IllegalStateException(
          grower
              + " is not contiguous: it gave memory at 0x"
              + Long.toHexString(gained.address())
              + "; expected it at 0x"
              + Long.toHexString(end)
              + ", where the last answer ended");
    }
    byteSize += gained.byteSize();
    return true;
  }
}
