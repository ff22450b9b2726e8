package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicLongArray;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.os.VirtualMemory.Advice;

/**
 * Huge pages behind tables: blocks that {@code realloc} has moved to a slot of 64 MiB or more.
 * Lock-free; nothing here is refused to the caller.
 */
final class TablePages {
  /*
   * Idea: what realloc grows is filled from its beginning, so huge pages behind it are full, but for
   * the last one. A page fault for 2 MiB costs a quarter of 512 for OS pages, and giving them back a
   * twentieth. Blocks of malloc and calloc get none: they may be sparse.
   *
   *   slots[i]   address of a slot that the system was asked for huge pages for, or 0
   *
   *   add        an entry first, then the request: a slot that has huge pages has an entry
   *   remove     when the slot is freed, the other way round. What was refused, or had no stack, stays
   *              and is asked for when the slot is freed again
   *
   * A slot adds two mappings to those of the process while it has an entry: so there are MOST, or
   * fewer where the region has mappings of its own (HugePages 481, Commitment as many), for a bound
   * of 500. Tables beyond that go without.
   */

  private static final int MOST = 64;
  private static final int MOST_BESIDE_HUGE_PAGES = 8;
  private static final long EMPTY = 0;

  private final VirtualMemory os;
  private final AtomicLongArray slots;

  private TablePages(VirtualMemory os, int most) {
    this.os = os;
    slots = new AtomicLongArray(most);
  }

  /** Creates what asks for huge pages in a fresh region. */
  static TablePages of(Region region) {
    int most = region.ahead() == null ? MOST : MOST_BESIDE_HUGE_PAGES;
    return new TablePages(region.os(), region.commitment() == null ? most : 0);
  }

  /** Asks for huge pages behind a slot that a table is about to move to. */
  void add(long address, long byteSize) {
    // Volatile and volatile CAS: entries of one slot are written by the thread that has it.
    if (find(address) >= 0) {
      return; // it was given up, with its huge pages, when it was a table's before
    }
    for (int i = find(EMPTY); i >= 0; i = find(EMPTY)) {
      if (slots.compareAndSet(i, EMPTY, address)) {
        boolean _ = advise(address, byteSize, Advice.HUGE_PAGES);
        return;
      }
    }
  }

  /** Asks for OS pages behind a slot again that is about to be freed. */
  void remove(long address, long byteSize) {
    int entry = find(address);
    if (entry >= 0 && advise(address, byteSize, Advice.NO_HUGE_PAGES)) {
      slots.compareAndSet(entry, address, EMPTY);
    }
  }

  private int find(long address) {
    for (int i = 0; i < slots.length(); i++) {
      if (slots.get(i) == address) {
        return i;
      }
    }
    return -1;
  }

  private boolean advise(long address, long byteSize, Advice advice) {
    try {
      return os.advise(address, byteSize, advice);
    } catch (OutOfMemoryError | StackOverflowError noStack) {
      return false;
    }
  }
}
