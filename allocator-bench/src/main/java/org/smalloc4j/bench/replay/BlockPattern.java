package org.smalloc4j.bench.replay;

import org.smalloc4j.bench.allocator.OffHeap;

/**
 * The bytes a replay writes at both ends of a block, and finds again.
 *
 * <p>A block of at least 16 bytes carries 8 bytes at each end, a smaller one a byte at each end.
 * They depend on the id and on the round, and none of the short ones is 0, so neither a foreign
 * block's bytes, nor those of an earlier round, nor fresh memory pass for them.
 */
final class BlockPattern {

  /** The smallest block with separate 8-byte ends. */
  static final long LONG_ENDS = 2 * Long.BYTES;

  private static final long OS_PAGE = 4096;

  private BlockPattern() {}

  static long head(int id, int round) {
    return (((long) round << 32) + id + 1) * 0x9E37_79B9_7F4A_7C15L;
  }

  private static long tail(long head) {
    return ~head;
  }

  private static byte shortPattern(long head) {
    return (byte) (head >>> 56 | 1);
  }

  static void write(long address, long byteSize, long head) {
    if (byteSize >= LONG_ENDS) {
      OffHeap.storeLong(address, head);
      OffHeap.storeLong(address + byteSize - Long.BYTES, tail(head));
    } else if (byteSize > 0) {
      OffHeap.storeByte(address, shortPattern(head));
      OffHeap.storeByte(address + byteSize - 1, shortPattern(head));
    }
  }

  static boolean holds(long address, long byteSize, long head) {
    if (byteSize >= LONG_ENDS) {
      return OffHeap.loadLong(address) == head
          && OffHeap.loadLong(address + byteSize - Long.BYTES) == tail(head);
    }
    return byteSize <= 0
        || (OffHeap.loadByte(address) == shortPattern(head)
            && OffHeap.loadByte(address + byteSize - 1) == shortPattern(head));
  }

  /** Whether a resized block still starts as it did; {@code byteSize} is its size before. */
  static boolean startHolds(long address, long byteSize, long newByteSize, long head) {
    if (byteSize >= LONG_ENDS) {
      return newByteSize >= Long.BYTES
          ? OffHeap.loadLong(address) == head
          : OffHeap.loadByte(address) == (byte) head;
    }
    return byteSize <= 0 || OffHeap.loadByte(address) == shortPattern(head);
  }

  /** Whether both ends of a block that was asked for zeroed are zero. */
  static boolean isZero(long address, long byteSize) {
    if (byteSize >= LONG_ENDS) {
      return (OffHeap.loadLong(address) | OffHeap.loadLong(address + byteSize - Long.BYTES)) == 0;
    }
    return byteSize <= 0
        || (OffHeap.loadByte(address) | OffHeap.loadByte(address + byteSize - 1)) == 0;
  }

  /** Writes a byte into each OS page the block reaches beyond its first {@code from} bytes. */
  static void touchPages(long address, long from, long byteSize) {
    for (long at = address + from; at < address + byteSize; at = (at & -OS_PAGE) + OS_PAGE) {
      OffHeap.storeByte(at, (byte) 1);
    }
  }
}
