package org.smalloc4j.stress.random;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Locale;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A live block, and what it should hold: words that its size, seed and owner determine.
 *
 * @param address where it is
 * @param byteSize its size as asked for
 * @param seed a number of its own
 * @param owner number of the thread that allocated it
 */
record Block(long address, long byteSize, long seed, int owner) {
  /** In larger blocks one word in each OS page is looked at. */
  private static final long MOST_DENSE_BYTES = 16 << 10;

  private static final long OS_PAGE_BYTES = 4096;

  /** Fills the block. */
  Block fill() {
    MemorySegment block = RawMemory.segment(address, byteSize);
    for (long offset = 0; offset + Long.BYTES <= byteSize; offset += step()) {
      block.set(JAVA_LONG_UNALIGNED, offset, wordAt(offset));
    }
    for (long offset = byteSize & -Long.BYTES; offset < byteSize; offset++) {
      block.set(JAVA_BYTE, offset, (byte) wordAt(offset));
    }
    return this;
  }

  /** Checks that nobody else wrote to the block. */
  void check() {
    check(byteSize);
  }

  /**
   * Checks the first bytes of the block.
   *
   * @throws AssertionError if they are not what they should be
   */
  void check(long keptBytes) {
    MemorySegment block = RawMemory.segment(address, keptBytes);
    for (long offset = 0; offset + Long.BYTES <= keptBytes; offset += step()) {
      expect(block.get(JAVA_LONG_UNALIGNED, offset), wordAt(offset), offset);
    }
    if (keptBytes == byteSize) {
      for (long offset = byteSize & -Long.BYTES; offset < byteSize; offset++) {
        expect(block.get(JAVA_BYTE, offset), (byte) wordAt(offset), offset);
      }
    }
  }

  /** Returns the block with its contents at another address. */
  Block movedTo(long newAddress) {
    return new Block(newAddress, byteSize, seed, owner);
  }

  private long step() {
    return byteSize <= MOST_DENSE_BYTES ? Long.BYTES : OS_PAGE_BYTES;
  }

  /** Mixes with a multiplier of splitmix64, so that neighbours have nothing in common. */
  private long wordAt(long offset) {
    long mixed = (seed + byteSize * 31 + owner * 17L + offset) * 0xBF58476D1CE4E5B9L;
    return mixed ^ (mixed >>> 29);
  }

  private void expect(long found, long expected, long offset) {
    if (found != expected) {
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "block at 0x%x, %d bytes, seed 0x%x, of thread %d: at offset %d is 0x%x, expected"
                  + " 0x%x",
              address,
              byteSize,
              seed,
              owner,
              offset,
              found,
              expected));
    }
  }
}
