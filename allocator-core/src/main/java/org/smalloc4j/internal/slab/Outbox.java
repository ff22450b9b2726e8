package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.OutOfLine;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * Slots of other slabs that an owner has freed and not handed back yet. Used by one thread at a
 * time; handing back is lock-free.
 *
 * @param layout where it lies
 * @param words where the slots are handed back
 * @param directory where the target's run is seen
 */
record Outbox(StashLayout layout, SharedWords words, Directory directory) {
  /*
   * Idea: a CAS on another owner's head word costs a cache line that both write. So slots for it
   * are linked to a chain first, and the chain is pushed with one CAS when it is full, or when the
   * entry is needed for another slab.
   *
   * For each class there are OUTBOX_TARGETS entries, chosen by the low bits of the slab.
   *
   * A put changes one word of the outbox, CHAIN, and that last, so that no error can leave it half
   * done. What changes more is done with stack for all of it at hand (OutOfLine).
   *
   * Invariant: CHAIN has fewer than chainSlots(class) slots between calls, and is 0 if it has none.
   */

  /** Slab plus 1, 0 for none yet. */
  static final int TARGET = 0;

  /** The chain, a {@link TakenList}. */
  static final int CHAIN = 8;

  /** Address of the last slot of the chain, if it is not empty. */
  static final int LAST = 16;

  /** The target's slots below this address were handed out, as far as is known here. */
  private static final int BOUND = 24;

  private static final long CHAIN_BYTES = 64 << 10;
  private static final int LONGEST_CHAIN = 64;

  /** Returns how many slots a full chain has: 64 KiB of them, 1 to 64. */
  static int chainSlots(int sizeClass) {
    return Math.clamp(CHAIN_BYTES >> sizeClass, 1, LONGEST_CHAIN);
  }

  /**
   * Puts a slot into the outbox of an owner, which is that of slab {@code ownerSlab}.
   *
   * @param chainSlots how many slots are handed back together, at the most
   * @return false if {@code address} is not the start of a slot that was handed out
   * @throws IllegalStateException if it is the slot that was put there last
   */
  boolean tryPut(int ownerSlab, long address, int sizeClass, int chainSlots) {
    RegionLayout region = layout.region();
    int slab = region.slabOf(address);
    long entry = RawMemory.address(layout.outbox(ownerSlab, sizeClass, slab));
    boolean aimed = load(entry + TARGET) == slab + 1;
    if (region.offsetInSlot(address, sizeClass) != 0
        || ((!aimed || address >= load(entry + BOUND))
            && !isHandedOut(entry, address, slab, sizeClass))) {
      return false;
    }
    int code = region.codeOf(address, sizeClass);
    long chain = load(entry + CHAIN);
    int slots = TakenList.slots(chain);
    int first = TakenList.first(chain);
    // After the chain was handed back, the slot put here last is the first of the target's list.
    if (slots == 0 ? words.isFirst(code, slab, sizeClass) : first == code) {
      throw SharedWords.doubleFree(address);
    }
    if (slots + 1 >= chainSlots) {
      OutOfLine.requireStack();
    }
    if (slots == 0) {
      store(entry + LAST, address);
    }
    RawMemory.storeLinkPlain(address, first);
    store(entry + CHAIN, TakenList.of(slots + 1, code));
    if (slots + 1 >= chainSlots) {
      handBack(entry, sizeClass);
    }
    return true;
  }

  /** Tells whether a slot of a slab was handed out; if so, aims the entry at that slab. */
  private boolean isHandedOut(long entry, long address, int slab, int sizeClass) {
    long bound = bound(address, slab, sizeClass);
    if (bound == 0) {
      return false;
    }
    OutOfLine.requireStack();
    if (load(entry + TARGET) != slab + 1) {
      handBack(entry, sizeClass);
      store(entry + TARGET, slab + 1);
    }
    store(entry + BOUND, bound);
    return true;
  }

  /**
   * Returns an address below which all slots were handed out; 1 if the slot was, but others below
   * it may not; 0 if it was not.
   */
  private long bound(long address, int slab, int sizeClass) {
    long frontier = words.frontier(slab, sizeClass);
    long end = layout.region().area(slab, sizeClass) + (frontier << sizeClass);
    OwnedSlab target = directory.slab(slab);
    if (address >= end || target.isInRun(address, sizeClass)) {
      return 0;
    }
    return target == OwnedSlab.NONE ? end : target.boundAbove(address, sizeClass);
  }

  private void handBack(long entry, int sizeClass) {
    long chain = load(entry + CHAIN);
    int slots = TakenList.slots(chain);
    if (slots != 0) {
      int slab = (int) load(entry + TARGET) - 1;
      words.pushChain(TakenList.first(chain), load(entry + LAST), slots, slab, sizeClass);
      store(entry + CHAIN, 0);
    }
  }

  /** Hands back all slots in a slab's outbox. The caller owns the slab. */
  void drain(int ownerSlab) {
    for (int sizeClass = SizeClass.SMALLEST; sizeClass <= layout.largestOwnedClass(); sizeClass++) {
      for (int target = 0; target < StashLayout.OUTBOX_TARGETS; target++) {
        handBack(layout.outbox(ownerSlab, sizeClass, target), sizeClass);
      }
    }
  }

  /** Counts the slots of a class in a slab's outbox; exact while its owner is not at it. */
  long count(int ownerSlab, int sizeClass) {
    long count = 0;
    for (int target = 0; target < StashLayout.OUTBOX_TARGETS; target++) {
      count += TakenList.slots(load(layout.outbox(ownerSlab, sizeClass, target) + CHAIN));
    }
    return count;
  }

  private static long load(long address) {
    return RawMemory.loadPlain(address);
  }

  private static void store(long address, long value) {
    RawMemory.storePlain(address, value);
  }
}
