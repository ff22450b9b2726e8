package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;

/**
 * A live block whose bytes carry a pattern: every 8-byte word is the block's seed plus the word's
 * offset, so that a foreign word names the block it comes from.
 *
 * @param address of the first byte
 * @param byteSize bytes under the pattern
 * @param seed no other block's
 */
public record Block(long address, long byteSize, long seed) {

  /** Writes the pattern to a block. */
  public static Block write(long address, long byteSize, long seed) {
    Block block = new Block(address, byteSize, seed);
    long words = byteSize & -Long.BYTES;
    for (long offset = 0; offset < words; offset += Long.BYTES) {
      OffHeap.storeLong(address + offset, seed + offset);
    }
    for (long offset = words; offset < byteSize; offset++) {
      OffHeap.storeByte(address + offset, block.byteAt(offset));
    }
    return block;
  }

  /** Fails unless every byte is as it was written. */
  public void check() {
    checkMovedTo(address, byteSize);
  }

  /** Fails unless the first {@code keptBytes} bytes are found at another address. */
  public void checkMovedTo(long newAddress, long keptBytes) {
    long words = keptBytes & -Long.BYTES;
    for (long offset = 0; offset < words; offset += Long.BYTES) {
      long found = OffHeap.loadLong(newAddress + offset);
      if (found != seed + offset) {
        assertEquals(Long.toHexString(seed + offset), Long.toHexString(found), where(offset));
      }
    }
    for (long offset = words; offset < keptBytes; offset++) {
      byte found = OffHeap.loadByte(newAddress + offset);
      if (found != byteAt(offset)) {
        assertEquals(byteAt(offset), found, where(offset));
      }
    }
  }

  private byte byteAt(long offset) {
    return (byte) ((seed + (offset & -Long.BYTES)) >>> (Byte.SIZE * (offset & (Long.BYTES - 1))));
  }

  private String where(long offset) {
    return String.format(
        Locale.ROOT,
        "byte %d of the block of %d bytes at 0x%x (seed %x) changed",
        offset,
        byteSize,
        address,
        seed);
  }
}
