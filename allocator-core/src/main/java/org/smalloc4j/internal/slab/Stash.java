package org.smalloc4j.internal.slab;

import static org.smalloc4j.internal.slab.OwnedSlab.RETURNED;
import static org.smalloc4j.internal.slab.OwnedSlab.RETURNED_FRONTIER;
import static org.smalloc4j.internal.slab.OwnedSlab.RUN;
import static org.smalloc4j.internal.slab.OwnedSlab.RUN_END;
import static org.smalloc4j.internal.slab.OwnedSlab.TOP;

import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.OutOfLine;
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
   *   returned    a list that was taken from the slab's head word, used link by link; one whose
   *               links were written after the free is dropped, with an error that says so
   *   run         slots claimed from the frontier and not handed out yet, known to be zero
   *
   * takeFree: magazine, free words on the stack, returned, run; then the slab's freed list or sorted
   *           slots, and again.
   * malloc:   magazine, returned, and the run if no free word comes before it, each with one store;
   *           else takeFree.
   * grow:     a new run, else any free word. Reuse comes between the two: memory once touched is used
   *           again before a page is touched for the first time.
   *
   * Slots of other slabs come from there alone, to the magazine, while that is empty: BORROWED is the
   * last entry that may have one. None goes to the free words.
   *
   * A take from the magazine, the returned list or the run is one store of a word of OwnedSlab, the
   * last thing it does, so that no error can leave it half done. What takes more is done with stack
   * for all of it at hand (OutOfLine).
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
   * Takes a slot that is free in the slab, or of the run.
   *
   * @return its address, with {@link SharedWords#FRESH} if it is known to be zero, or {@link #NONE}
   * @throws IllegalStateException if a returned slot's link was overwritten after its free
   */
  long takeFree(OwnedSlab own, int sizeClass) {
    long taken = takeHeld(own, sizeClass);
    while (taken == NONE && (takeFreedList(own, sizeClass) || takeSorted(own, sizeClass))) {
      taken = takeHeld(own, sizeClass);
    }
    return taken;
  }

  /**
   * Takes a slot of a new run or, if there is none, of any free word; as {@link #takeFree}, which
   * has found none.
   */
  long grow(OwnedSlab own, int sizeClass) {
    return claimRun(own, sizeClass) || freeWords.pushAll(own, sizeClass)
        ? takeHeld(own, sizeClass)
        : NONE;
  }

  /** Takes a slot as {@link #takeFree}, of what the stash holds: none of the shared words. */
  long takeHeld(OwnedSlab own, int sizeClass) {
    long taken = takeFreed(own, sizeClass);
    if (taken == NONE) {
      taken = takeReturned(own, sizeClass);
    }
    return taken == NONE ? takeFresh(own, sizeClass) : taken;
  }

  /** Takes a slot of the magazine, or of the free words. */
  long takeFreed(OwnedSlab own, int sizeClass) {
    long taken = own.takeFromMagazine(sizeClass);
    return taken != NONE ? taken : freeWords.take(own, sizeClass);
  }

  /**
   * Takes a slot of the run as {@link #takeFree}, if nothing in magazine and words is before it.
   */
  long takeRun(OwnedSlab own, int sizeClass) {
    return own.hasEmptyMagazine(sizeClass) && FreeWords.hasEmptyStack(own, sizeClass)
        ? takeFresh(own, sizeClass)
        : NONE;
  }

  /**
   * Takes a slot of the returned list.
   *
   * @return its address, or {@link #NONE} if there is none
   * @throws IllegalStateException if its link was overwritten after its free; the list is dropped
   */
  long takeReturned(OwnedSlab own, int sizeClass) {
    long list = own.get(RETURNED, sizeClass);
    int first = TakenList.first(list);
    if (first == 0) {
      return NONE;
    }
    long address = layout.region().address(own.slab, sizeClass, first);
    int link = RawMemory.loadLinkPlain(address);
    if (SharedWords.isDamaged(link, first, own.get(RETURNED_FRONTIER, sizeClass))
        || TakenList.isTooLong(list, link)) {
      throw dropReturned(own, sizeClass, address, link);
    }
    own.set(RETURNED, sizeClass, TakenList.rest(list, link));
    return address;
  }

  /**
   * Moves some slots of the returned list to the free words, where they are in order.
   *
   * @return whether there was one
   * @throws IllegalStateException as {@link #takeReturned}
   */
  boolean sortReturned(OwnedSlab own, int sizeClass, int most) {
    for (int i = 0; i < most; i++) {
      long address = takeReturned(own, sizeClass);
      if (address == NONE) {
        return i != 0;
      }
      long slot = layout.region().slotOf(address, sizeClass);
      freeWords.add(own, sizeClass, slot, 1L << slot);
    }
    return true;
  }

  private IllegalStateException dropReturned(OwnedSlab own, int sizeClass, long address, int link) {
    OutOfLine.requireStack();
    IllegalStateException damage = SharedWords.damaged(address, link);
    int slots = TakenList.slots(own.get(RETURNED, sizeClass));
    own.set(RETURNED, sizeClass, 0);
    words.counts().lost(sizeClass, slots);
    return damage;
  }

  /** Takes a slot of the run. */
  long takeFresh(OwnedSlab own, int sizeClass) {
    long fresh = own.get(RUN, sizeClass);
    if (fresh == own.get(RUN_END, sizeClass)) {
      return NONE;
    }
    own.set(RUN, sizeClass, fresh + SizeClass.slotBytes(sizeClass));
    return fresh + SharedWords.FRESH;
  }

  private boolean takeFreedList(OwnedSlab own, int sizeClass) {
    long list = words.takeAll(own.slab, sizeClass);
    words.counts().removed(own.slab, sizeClass, TakenList.slots(list));
    own.set(RETURNED_FRONTIER, sizeClass, words.frontier(own.slab, sizeClass));
    // What the last list's number was too large by, this one's is too small by.
    int before = TakenList.slots(own.get(RETURNED, sizeClass));
    own.set(
        RETURNED, sizeClass, TakenList.of(before + TakenList.slots(list), TakenList.first(list)));
    return list != 0;
  }

  private boolean takeSorted(OwnedSlab own, int sizeClass) {
    SortedSlots sorted = words.sorted();
    if (!sorted.exist()) {
      return false;
    }
    if (words.limit().isLimited()) {
      // Slot by slot, as below.
      long taken = sorted.take(own.slab, sizeClass);
      return taken != NONE && own.tryPutInMagazine(SlabHeap.address(taken), sizeClass);
    }
    return takeWord(own, sizeClass, sorted.kept()) || takeWord(own, sizeClass, sorted.purged());
  }

  private boolean takeWord(OwnedSlab own, int sizeClass, SlotSet set) {
    long slot = set.find(own.slab, sizeClass);
    long bits = slot == SlotSet.NONE ? 0 : set.takeWord(own.slab, sizeClass, slot);
    freeWords.add(own, sizeClass, slot, bits);
    return bits != 0;
  }

  /** Returns how many fresh slots are claimed together. */
  int runSlots(int sizeClass) {
    // A limited heap claims slot by slot: what a run holds back would count as taken.
    return words.limit().isLimited() ? 1 : layout.runSlots(sizeClass);
  }

  private boolean claimRun(OwnedSlab own, int sizeClass) {
    int slots = runSlots(sizeClass);
    long claimed = words.claim(own.slab, sizeClass, slots);
    if (claimed == NONE) {
      return false;
    }
    long areaEnd =
        layout.region().area(own.slab, sizeClass) + (layout.region().slots(sizeClass) << sizeClass);
    long first = claimed - SharedWords.FRESH;
    own.setRun(sizeClass, first, Math.min(first + ((long) slots << sizeClass), areaEnd));
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
    // Behind the run are slots that other threads have claimed.
    long frontier = words.frontier(own.slab, sizeClass);
    long end = layout.region().area(own.slab, sizeClass) + (frontier << sizeClass);
    if (own.get(RUN, sizeClass) == own.get(RUN_END, sizeClass)) {
      own.setRun(sizeClass, end, end);
    }
    return address < end;
  }

  /** Tells whether there is nothing to give, from what is next to each other. */
  static boolean isEmpty(OwnedSlab own, int sizeClass) {
    return own.hasEmptyMagazine(sizeClass)
        && TakenList.first(own.get(RETURNED, sizeClass)) == 0
        && own.get(RUN, sizeClass) == own.get(RUN_END, sizeClass)
        && FreeWords.areEmpty(own, sizeClass);
  }

  /**
   * Tells, to any thread, whether an owner seems to hold a number of slots. Racy: what is read may
   * be out of date, and only decides whether a closer look is worth while.
   */
  boolean seemsToHold(OwnedSlab other, int sizeClass, long slots) {
    long known = besideWords(other, sizeClass);
    return known >= slots || freeWords.seemToHold(other, sizeClass, slots - known);
  }

  /**
   * Tells, as {@link #seemsToHold}, whether an owner seems to hold less, and no free word to take.
   */
  boolean seemsToHoldLess(OwnedSlab other, int sizeClass, long slots) {
    return besideWords(other, sizeClass) < slots && FreeWords.hasEmptyStack(other, sizeClass);
  }

  private long besideWords(OwnedSlab other, int sizeClass) {
    return layout.magazineSlots(sizeClass)
        - other.room(sizeClass)
        + TakenList.slots(other.get(RETURNED, sizeClass))
        + ((other.get(RUN_END, sizeClass) - other.get(RUN, sizeClass)) >> sizeClass);
  }

  /** Counts the slots of a class; exact while its owner is not at it. */
  long count(OwnedSlab own, int sizeClass) {
    return (own.get(TOP, sizeClass) - layout.magazine(own.slab, sizeClass)) / Long.BYTES
        + freeWords.count(own, sizeClass)
        + TakenList.slots(own.get(RETURNED, sizeClass))
        + ((own.get(RUN_END, sizeClass) - own.get(RUN, sizeClass)) >> sizeClass);
  }
}
