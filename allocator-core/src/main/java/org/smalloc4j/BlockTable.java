package org.smalloc4j;

import org.smalloc4j.internal.raw.RawMemory;

/**
 * The blocks of an arena by their addresses: a hash table with linear probing, off-heap in one
 * block of the allocator, at most half full. For one thread at a time.
 */
final class BlockTable {
  /*
   * An entry: [address][size]. Address 0: never used, a search ends here; 1: removed, it goes on.
   *
   * Removing is one store. A table that fills up is copied to a new one, which the fields name only
   * when it is complete; the old one is retired until its free succeeds.
   */
  private static final int ENTRY_BYTES = 16;
  private static final long NEVER_USED = 0;
  private static final long REMOVED = 1;
  private static final long FEWEST_ENTRIES = 64;

  /** 2^64 divided by the golden ratio, as Knuth's multiplicative hashing has it. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final Allocator allocator;
  private long entries = Allocator.NULL;
  private long mask = -1;

  /** Entries that are not NEVER_USED. */
  private long filled;

  private long count;
  private long retired = Allocator.NULL;

  BlockTable(Allocator allocator) {
    this.allocator = allocator;
  }

  long count() {
    return count;
  }

  /**
   * Makes room for some more entries.
   *
   * @return false, with nothing changed, if the allocator has no block for a larger table
   */
  boolean tryEnsureRoom(long more) {
    freeRetired();
    if (2 * (filled + more) <= mask + 1) {
      return true;
    }
    long room = FEWEST_ENTRIES;
    while (room < 3 * (count + more)) {
      room <<= 1;
    }
    long table = allocator.tryMalloc(room * ENTRY_BYTES, ENTRY_BYTES);
    if (table == Allocator.NULL) {
      return false;
    }
    boolean complete = false;
    try {
      RawMemory.zero(table, room * ENTRY_BYTES);
      copyTo(table, room - 1);
      complete = true;
    } finally {
      if (!complete) {
        retired = table; // the old one stays
      }
    }
    retired = entries;
    entries = table;
    mask = room - 1;
    filled = count;
    freeRetired();
    return true;
  }

  private void copyTo(long table, long newMask) {
    for (long i = 0; i <= mask; i++) {
      long address = RawMemory.loadPlain(entry(i));
      if (address > REMOVED) {
        put(table, newMask, address, RawMemory.loadPlain(entry(i) + Long.BYTES));
      }
    }
  }

  /** Adds a block that is not here, and for which there is room. */
  void add(long address, long byteSize) {
    put(entries, mask, address, byteSize);
    filled++;
    count++;
  }

  private static void put(long table, long mask, long address, long byteSize) {
    long index = home(address, mask);
    while (RawMemory.loadPlain(table + index * ENTRY_BYTES) != NEVER_USED) {
      index = (index + 1) & mask;
    }
    long entry = table + index * ENTRY_BYTES;
    RawMemory.storePlain(entry + Long.BYTES, byteSize);
    RawMemory.storePlain(entry, address);
  }

  private static long home(long address, long mask) {
    return ((address * GOLDEN) >>> 20) & mask;
  }

  private long entry(long index) {
    return entries + index * ENTRY_BYTES;
  }

  /**
   * Removes a block.
   *
   * @return its size, or -1 if it is not here
   */
  long remove(long address) {
    if (count == 0 || address <= REMOVED) {
      return -1;
    }
    for (long i = home(address, mask); ; i = (i + 1) & mask) {
      long found = RawMemory.loadPlain(entry(i));
      if (found == address) {
        long byteSize = RawMemory.loadPlain(entry(i) + Long.BYTES);
        RawMemory.storePlain(entry(i), REMOVED);
        count--;
        return byteSize;
      }
      if (found == NEVER_USED) {
        return -1;
      }
    }
  }

  /** Returns the index of an entry at or after {@code from} that has a block, or -1. */
  long next(long from) {
    for (long i = from; count > 0 && i <= mask; i++) {
      if (RawMemory.loadPlain(entry(i)) > REMOVED) {
        return i;
      }
    }
    return -1;
  }

  /** Returns the address in an entry that {@link #next} returned. */
  long addressAt(long index) {
    return RawMemory.loadPlain(entry(index));
  }

  /** Removes the block of an entry that {@link #next} returned. */
  void removeAt(long index) {
    RawMemory.storePlain(entry(index), REMOVED);
    count--;
  }

  /** Gives the table's memory back; it is empty afterwards. */
  void release() {
    freeRetired();
    retired = entries;
    entries = Allocator.NULL;
    mask = -1;
    filled = 0;
    count = 0;
    freeRetired();
  }

  private void freeRetired() {
    if (retired != Allocator.NULL) {
      allocator.free(retired);
      retired = Allocator.NULL;
    }
  }
}
