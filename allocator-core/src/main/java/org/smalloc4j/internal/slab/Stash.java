package org.smalloc4j.internal.slab;

import static org.smalloc4j.internal.slab.OwnedSlab.RETURNED;
import static org.smalloc4j.internal.slab.OwnedSlab.RETURNED_FRONTIER;
import static org.smalloc4j.internal.slab.OwnedSlab.RUN;
import static org.smalloc4j.internal.slab.OwnedSlab.RUN_END;
import static org.smalloc4j.internal.slab.OwnedSlab.TOP;

import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * The free slots that the owner of a slab keeps to itself. Wait-free apart from the refill, which
 * is lock-free; for each slab used by its owner alone, which is the argument {@code own}.
 *
 * @param layout where it lies
 * @param words where it is refilled from
 * @param freeWords what does not fit the magazines
 */
record Stash(StashLayout layout, SharedWords words, FreeWords freeWords) {
  /*
   * Idea: what was freed last is used first, and what does not fit is used in address order.
   * Neither reads or writes the free slot, which is often no longer in the cache.
   *
   *   magazine    an array of addresses, the slots freed last. malloc and free move its top.
   *   free words  what a free finds no room for there: see FreeWords
   *   returned    a list that was taken from the slab's head word, used link by link
   *   run         slots claimed from the frontier and not handed out yet, known to be zero
   *
   * take:   magazine, free words on the stack, returned, run; then refill and again.
   * refill: the slab's freed list, else a new run, else any free word.
   *         So memory once touched is used again before a page is touched for the first time.
   *
   * What is where: the words of OwnedSlab.
   *
   * Invariants: TOP in magazine … LIMIT; RUN <= RUN_END; all slots below RUN were handed out; a slot
   * is in one of the four at most.
   *
   * Source of the array: J. Bonwick and J. Adams, "Magazines and Vmem" (USENIX 2001). What decided
   * between this and lists: ADR 7.
   */

  static final long NONE = SharedWords.NONE;

  /** Creates the stashes of a region. */
  static Stash of(StashLayout layout, SharedWords words) {
    return new Stash(layout, words, new FreeWords(layout, words));
  }

  /**
   * Takes a slot.
   *
   * @return its address, with {@link SharedWords#FRESH} if it is known to be zero, or {@link #NONE}
   * @throws IllegalStateException if a returned slot's link was overwritten after its free
   */
  long take(OwnedSlab own, int sizeClass) {
    do {
      long taken = takeFreed(own, sizeClass);
      if (taken == NONE) {
        taken = takeReturned(own, sizeClass);
      }
      if (taken == NONE) {
        taken = takeFresh(own, sizeClass);
      }
      if (taken != NONE) {
        return taken;
      }
    } while (refill(own, sizeClass));
    return NONE;
  }

  /** Takes a slot of the magazine, or of the free words. */
  private long takeFreed(OwnedSlab own, int sizeClass) {
    long taken = own.takeFromMagazine(sizeClass);
    return taken != NONE ? taken : freeWords.take(own, sizeClass);
  }

  /**
   * Takes a slot of the returned list.
   *
   * @return its address, or {@link #NONE} if there is none
   * @throws IllegalStateException if its link was overwritten after its free
   */
  long takeReturned(OwnedSlab own, int sizeClass) {
    int code = (int) own.get(RETURNED, sizeClass);
    if (code == 0) {
      return NONE;
    }
    long address = layout.region().address(own.slab, sizeClass, code);
    int link = RawMemory.loadLinkPlain(address);
    if (Integer.toUnsignedLong(link) > own.get(RETURNED_FRONTIER, sizeClass)) {
      own.set(RETURNED, sizeClass, 0);
      throw SharedWords.corrupt(address, link);
    }
    own.set(RETURNED, sizeClass, link);
    return address;
  }

  private long takeFresh(OwnedSlab own, int sizeClass) {
    long fresh = own.get(RUN, sizeClass);
    if (fresh == own.get(RUN_END, sizeClass)) {
      return NONE;
    }
    own.set(RUN, sizeClass, fresh + SizeClass.slotBytes(sizeClass));
    return fresh + SharedWords.FRESH;
  }

  /** Finds slots to go on with; returns false if the slab has none. */
  private boolean refill(OwnedSlab own, int sizeClass) {
    return takeFreedList(own, sizeClass)
        || claimRun(own, sizeClass)
        || freeWords.pushAll(own, sizeClass);
  }

  private boolean takeFreedList(OwnedSlab own, int sizeClass) {
    own.set(RETURNED, sizeClass, words.takeAll(own.slab, sizeClass));
    own.set(RETURNED_FRONTIER, sizeClass, words.frontier(own.slab, sizeClass));
    return own.get(RETURNED, sizeClass) != 0;
  }

  private boolean claimRun(OwnedSlab own, int sizeClass) {
    // A limited heap claims slot by slot: what a run holds back would count as taken.
    int slots = words.limit().isLimited() ? 1 : layout.runSlots(sizeClass);
    long claimed = words.claim(own.slab, sizeClass, slots);
    if (claimed == NONE) {
      return false;
    }
    long areaEnd =
        layout.region().area(own.slab, sizeClass) + (layout.region().slots(sizeClass) << sizeClass);
    own.set(RUN, sizeClass, claimed - SharedWords.FRESH);
    own.set(
        RUN_END,
        sizeClass,
        Math.min(own.get(RUN, sizeClass) + ((long) slots << sizeClass), areaEnd));
    return true;
  }

  /**
   * Tells whether an address in the area of (slab, class) is the start of a slot that was handed
   * out.
   */
  boolean handedOut(OwnedSlab own, int sizeClass, long address) {
    if (layout.region().offsetInSlot(address, sizeClass) != 0) {
      return false;
    }
    if (address < own.get(RUN_END, sizeClass)) {
      return address < own.get(RUN, sizeClass);
    }
    // Behind the run are slots that other threads have claimed, and where a drain moved the run
    // back, live slots of the owner.
    long frontier = words.frontier(own.slab, sizeClass);
    long end = layout.region().area(own.slab, sizeClass) + (frontier << sizeClass);
    if (own.get(RUN, sizeClass) == own.get(RUN_END, sizeClass)) {
      own.set(RUN, sizeClass, end);
      own.set(RUN_END, sizeClass, end);
    }
    return address < end;
  }

  /** Tells whether a slot is claimed by the owner and not handed out yet. */
  static boolean isInRun(OwnedSlab own, int sizeClass, long address) {
    return address >= own.get(RUN, sizeClass) && address < own.get(RUN_END, sizeClass);
  }

  /** Gives all slots of a class to the shared words. */
  void drain(OwnedSlab own, int sizeClass) {
    Chain chain = new Chain(layout.region(), own.slab, sizeClass);
    try {
      for (long p = takeFresh(own, sizeClass); p != NONE; p = takeFresh(own, sizeClass)) {
        chain.add(SlabHeap.address(p));
      }
      // A trim may lower the frontier to the area's start.
      own.set(RUN, sizeClass, layout.region().area(own.slab, sizeClass));
      own.set(RUN_END, sizeClass, layout.region().area(own.slab, sizeClass));
      freeWords.pushAll(own, sizeClass);
      for (long p = takeFreed(own, sizeClass); p != NONE; p = takeFreed(own, sizeClass)) {
        chain.add(p);
      }
      if (!words.limit().isScarce()) {
        freeWords.raiseThreshold(own, sizeClass);
      }
      for (long p = takeReturned(own, sizeClass); p != NONE; p = takeReturned(own, sizeClass)) {
        chain.add(p);
      }
    } finally {
      chain.pushTo(words);
    }
  }

  /** Counts the slots of a class; exact while its owner is not at it. */
  long count(OwnedSlab own, int sizeClass) {
    return (own.get(TOP, sizeClass) - layout.magazine(own.slab, sizeClass)) / Long.BYTES
        + freeWords.count(own, sizeClass)
        + words.count(own.slab, sizeClass, (int) own.get(RETURNED, sizeClass))
        + ((own.get(RUN_END, sizeClass) - own.get(RUN, sizeClass)) >> sizeClass);
  }
}
