package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The addresses of a few slots. Lock-free. That of one slot is added and removed by the thread that
 * has the slot, so nobody else changes its entry.
 */
final class SlotEntries {
  private static final long EMPTY = 0;

  private final AtomicLongArray entries;

  /** Creates room for {@code most} slots. */
  SlotEntries(int most) {
    entries = new AtomicLongArray(most);
  }

  /** Tells whether a slot is here. */
  boolean contains(long address) {
    return find(address) >= 0;
  }

  /** Tells whether there is room for no more. */
  boolean isFull() {
    return !contains(EMPTY);
  }

  /** Adds a slot that is not here; tells whether there was room. */
  boolean add(long address) {
    // Volatile and volatile CAS: entries of one slot are written by the thread that has it.
    for (int i = find(EMPTY); i >= 0; i = find(EMPTY)) {
      if (entries.compareAndSet(i, EMPTY, address)) {
        return true;
      }
    }
    return false;
  }

  /** Removes a slot; tells whether it was here. */
  boolean remove(long address) {
    int entry = find(address);
    return entry >= 0 && entries.compareAndSet(entry, address, EMPTY);
  }

  private int find(long address) {
    for (int i = 0; i < entries.length(); i++) {
      if (entries.get(i) == address) {
        return i;
      }
    }
    return -1;
  }
}
