package org.smalloc4j.internal.slab;

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
   *   slots      those that the system was asked for huge pages for
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

  private final VirtualMemory os;
  private final SlotEntries slots;

  private TablePages(VirtualMemory os, int most) {
    this.os = os;
    slots = new SlotEntries(most);
  }

  /** Creates what asks for huge pages in a fresh region. */
  static TablePages of(Region region) {
    int most = region.ahead() == null ? MOST : MOST_BESIDE_HUGE_PAGES;
    return new TablePages(region.os(), region.commitment() == null ? most : 0);
  }

  /** Asks for huge pages behind a slot that a table is about to move to. */
  void add(long address, long byteSize) {
    // It is there already if it was given up, with its huge pages, when it was a table's before.
    if (!slots.contains(address) && slots.add(address)) {
      boolean _ = advise(address, byteSize, Advice.HUGE_PAGES);
    }
  }

  /** Asks for OS pages behind a slot again that is about to be freed. */
  void remove(long address, long byteSize) {
    if (slots.contains(address) && advise(address, byteSize, Advice.NO_HUGE_PAGES)) {
      slots.remove(address);
    }
  }

  private boolean advise(long address, long byteSize, Advice advice) {
    try {
      return os.advise(address, byteSize, advice);
    } catch (OutOfMemoryError | StackOverflowError noStack) {
      return false;
    }
  }
}
