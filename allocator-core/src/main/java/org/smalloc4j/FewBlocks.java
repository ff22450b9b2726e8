package org.smalloc4j;

/**
 * The first blocks of a confined arena in fields, one word for the address and size of each: C2
 * keeps them in registers where it sees the arena's whole life. An array it would not.
 *
 * <pre>
 *   63            48 47                             0
 *  +----------------+--------------------------------+
 *  |  bytes : 16    |  address : 48                  |
 *  +----------------+--------------------------------+
 * </pre>
 */
final class FewBlocks {
  /*
   * As few fields as will do: at every branch, C2 has nodes for each field that was written before
   * it, and at 18,000 nodes it stops inlining, which puts the arena on the Java heap.
   */

  /** How many there is room for. */
  static final int MOST = 6;

  private static final int ADDRESS_BITS = 48;
  private static final long ADDRESS_MASK = (1L << ADDRESS_BITS) - 1;

  private int count;
  private long block0;
  private long block1;
  private long block2;
  private long block3;
  private long block4;
  private long block5;

  int count() {
    return count;
  }

  /** Tells whether a block of some bytes can be added, if its address can. */
  boolean hasRoomFor(long byteSize) {
    return count < MOST && byteSize >>> (Long.SIZE - ADDRESS_BITS) == 0;
  }

  /** Tells whether an address has few enough bits. */
  static boolean canHold(long address) {
    return address >>> ADDRESS_BITS == 0;
  }

  /** Adds a block for which there is room, and whose address can be held. */
  void add(long address, long byteSize) {
    set(count, byteSize << ADDRESS_BITS | address);
    count++;
  }

  private void set(int index, long block) {
    switch (index) {
      case 0 -> block0 = block;
      case 1 -> block1 = block;
      case 2 -> block2 = block;
      case 3 -> block3 = block;
      case 4 -> block4 = block;
      default -> block5 = block;
    }
  }

  private long get(int index) {
    return switch (index) {
      case 0 -> block0;
      case 1 -> block1;
      case 2 -> block2;
      case 3 -> block3;
      case 4 -> block4;
      default -> block5;
    };
  }

  /** Returns the address of the newest block; there must be one. */
  long lastAddress() {
    return get(count - 1) & ADDRESS_MASK;
  }

  /** Removes the newest block. */
  void dropLast() {
    count--;
  }

  /** Removes all blocks. */
  void dropAll() {
    count = 0;
  }

  /** Returns where a block is, or -1. */
  int indexOf(long address) {
    int index = count - 1;
    while (index >= 0 && (get(index) & ADDRESS_MASK) != address) {
      index--;
    }
    return index;
  }

  /** Removes the block at an index; returns its bytes. */
  long remove(int index) {
    long byteSize = get(index) >>> ADDRESS_BITS;
    set(index, get(count - 1));
    count--;
    return byteSize;
  }
}
