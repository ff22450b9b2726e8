package org.smalloc4j.classic;

import java.util.Arrays;

/** Blocks by their address, with their usable size: a hash table. A lock guards it. */
final class ListedBlocks {
  /*
   * Open addressing with linear probing, half full at the most, as SlabTable. Room is made before a
   * block is allocated: prepared counts the blocks that may still be added without Java heap.
   */

  private static final int SMALLEST = 16;
  private static final long NONE = 0;

  /** 2^64 divided by the golden ratio. */
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

  private long[] addresses = new long[SMALLEST];
  private long[] sizes = new long[SMALLEST];
  private int count;
  private int prepared;
  private long bytes;

  int count() {
    return count;
  }

  /** Returns the sum of the usable sizes. */
  long bytes() {
    return bytes;
  }

  /** Makes sure that one more can be added; needs Java heap now and then. */
  void prepare() {
    if (2L * (count + prepared + 1) > addresses.length) {
      grow();
    }
    prepared++;
  }

  private void grow() {
    long[] oldAddresses = addresses;
    long[] oldSizes = sizes;
    long[] newAddresses = new long[2 * oldAddresses.length];
    long[] newSizes = new long[2 * oldSizes.length];
    addresses = newAddresses;
    sizes = newSizes;
    for (int i = 0; i < oldAddresses.length; i++) {
      if (oldAddresses[i] != NONE) {
        put(oldAddresses[i], oldSizes[i]);
      }
    }
  }

  /** Takes back a {@link #prepare}. */
  void cancel() {
    prepared--;
  }

  /** Adds a block that is not listed and was prepared for. */
  void add(long address, long byteSize) {
    put(address, byteSize);
    prepared--;
    count++;
    bytes += byteSize;
  }

  private void put(long address, long byteSize) {
    int i = find(address);
    addresses[i] = address;
    sizes[i] = byteSize;
  }

  boolean contains(long address) {
    return count != 0 && address != NONE && addresses[find(address)] == address;
  }

  /** Returns the usable size of a block that is listed. */
  long sizeOf(long address) {
    return sizes[find(address)];
  }

  /** Removes a block that is listed; it is prepared for again. */
  void remove(long address) {
    int hole = find(address);
    bytes -= sizes[hole];
    for (int i = after(hole); addresses[i] != NONE; i = after(i)) {
      if (distance(home(addresses[i]), i) >= distance(hole, i)) {
        addresses[hole] = addresses[i];
        sizes[hole] = sizes[i];
        hole = i;
      }
    }
    addresses[hole] = NONE;
    count--;
    prepared++;
  }

  /** Returns the number of places, of which some have a block. */
  int places() {
    return addresses.length;
  }

  /** Returns the block at a place, 0 if there is none. */
  long at(int place) {
    return addresses[place];
  }

  /** Removes all blocks; what was prepared stays so. */
  void clear() {
    Arrays.fill(addresses, NONE);
    count = 0;
    bytes = 0;
  }

  /** Returns the usable sizes of all blocks. */
  long[] sizes() {
    long[] all = new long[count];
    int n = 0;
    for (int i = 0; i < addresses.length; i++) {
      if (addresses[i] != NONE) {
        all[n++] = sizes[i];
      }
    }
    return all;
  }

  /** Returns where an address is, or the hole where it would be. */
  private int find(long address) {
    int i = home(address);
    while (addresses[i] != NONE && addresses[i] != address) {
      i = after(i);
    }
    return i;
  }

  private int home(long address) {
    return (int)
        ((address * SPREAD) >>> (Long.SIZE - Integer.numberOfTrailingZeros(addresses.length)));
  }

  private int after(int i) {
    return (i + 1) & (addresses.length - 1);
  }

  private int distance(int from, int to) {
    return (to - from) & (addresses.length - 1);
  }
}
