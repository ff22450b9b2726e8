package org.smalloc4j;

/**
 * The first blocks of a confined arena, address and size, in fields: C2 keeps them in registers
 * where it sees the arena's whole life. An array it would not.
 */
final class FewBlocks {
  /** How many there is room for. */
  static final int MOST = 8;

  private int count;
  private long address0;
  private long address1;
  private long address2;
  private long address3;
  private long address4;
  private long address5;
  private long address6;
  private long address7;
  private long bytes0;
  private long bytes1;
  private long bytes2;
  private long bytes3;
  private long bytes4;
  private long bytes5;
  private long bytes6;
  private long bytes7;

  int count() {
    return count;
  }

  /** Adds a block, for which there is room. */
  void add(long address, long byteSize) {
    set(count, address, byteSize);
    count++;
  }

  private void set(int index, long address, long byteSize) {
    switch (index) {
      case 0 -> {
        address0 = address;
        bytes0 = byteSize;
      }
      case 1 -> {
        address1 = address;
        bytes1 = byteSize;
      }
      case 2 -> {
        address2 = address;
        bytes2 = byteSize;
      }
      case 3 -> {
        address3 = address;
        bytes3 = byteSize;
      }
      case 4 -> {
        address4 = address;
        bytes4 = byteSize;
      }
      case 5 -> {
        address5 = address;
        bytes5 = byteSize;
      }
      case 6 -> {
        address6 = address;
        bytes6 = byteSize;
      }
      default -> {
        address7 = address;
        bytes7 = byteSize;
      }
    }
  }

  /** Returns the address of the newest block; there must be one. */
  long lastAddress() {
    return address(count - 1);
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
    while (index >= 0 && address(index) != address) {
      index--;
    }
    return index;
  }

  /** Removes the block at an index. */
  void remove(int index) {
    set(index, lastAddress(), byteSize(count - 1));
    count--;
  }

  /** Returns the bytes of all. */
  long bytes() {
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += byteSize(i);
    }
    return bytes;
  }

  private long address(int index) {
    return switch (index) {
      case 0 -> address0;
      case 1 -> address1;
      case 2 -> address2;
      case 3 -> address3;
      case 4 -> address4;
      case 5 -> address5;
      case 6 -> address6;
      default -> address7;
    };
  }

  private long byteSize(int index) {
    return switch (index) {
      case 0 -> bytes0;
      case 1 -> bytes1;
      case 2 -> bytes2;
      case 3 -> bytes3;
      case 4 -> bytes4;
      case 5 -> bytes5;
      case 6 -> bytes6;
      default -> bytes7;
    };
  }
}
