package org.smalloc4j.internal.slab;

import static org.smalloc4j.internal.slab.Line.load;
import static org.smalloc4j.internal.slab.Line.secondHalf;
import static org.smalloc4j.internal.slab.Line.store;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * The free slots that the owner of a slab keeps to itself. Wait-free apart from the refill, which
 * is lock-free; each line is used by one thread at a time.
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
   * take:   magazine, current free word, returned, run; then refill and again.
   * refill: the next free word, else the slab's freed list, else a new run, else any free word.
   *         So memory once touched is used again before a page is touched for the first time.
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

  /** Makes a thread the owner of a slab's lines; what they hold stays. */
  void own(int slab, long threadId) {
    long lines = layout.lines(slab);
    for (int sizeClass = SizeClass.SMALLEST; sizeClass <= layout.largestOwnedClass(); sizeClass++) {
      long line = StashLayout.line(lines, sizeClass);
      if (load(line + Line.LIMIT) == 0) {
        prepare(line, slab, sizeClass);
      }
      store(line + Line.OWNER, threadId);
    }
  }

  private void prepare(long line, int slab, int sizeClass) {
    long bottom = layout.magazine(slab, sizeClass);
    store(line + Line.TOP, bottom);
    store(line + Line.SLOT_MASK, SizeClass.slotBytes(sizeClass) - 1);
    store(line + Line.SECOND_HALF, layout.secondHalf(slab, sizeClass));
    setRun(line, layout.region().area(slab, sizeClass), 0);
    freeWords.prepare(line, slab, sizeClass);
    store(line + Line.LIMIT, bottom + (long) layout.magazineSlots(sizeClass) * Long.BYTES);
  }

  /** Takes the slot that was freed last; returns its address, or {@link #NONE}. */
  static long takeFromMagazine(long line) {
    long top = load(line + Line.TOP);
    long address = load(RawMemory.address(top));
    if (address != NONE) {
      store(line + Line.TOP, top - Long.BYTES);
    }
    return address;
  }

  /**
   * Takes a slot from anywhere but the magazine.
   *
   * @return its address, with {@link SharedWords#FRESH} if it is known to be zero, or {@link #NONE}
   * @throws IllegalStateException if a returned slot's link was overwritten after its free
   */
  long takeBesideMagazine(long line, int sizeClass) {
    do {
      long taken = freeWords.take(line, sizeClass);
      if (taken == NONE) {
        taken = takeFromSecondHalf(line, sizeClass);
      }
      if (taken != NONE) {
        return taken;
      }
    } while (refill(line, sizeClass));
    return NONE;
  }

  private long takeFromSecondHalf(long line, int sizeClass) {
    long rest = secondHalf(line);
    int returned = (int) load(rest + Line.RETURNED);
    if (returned != 0) {
      return takeReturned(line, rest, sizeClass, returned);
    }
    long fresh = load(line + Line.RUN);
    if (fresh == load(rest + Line.RUN_END)) {
      return NONE;
    }
    store(line + Line.RUN, fresh + SizeClass.slotBytes(sizeClass));
    return fresh + SharedWords.FRESH;
  }

  private long takeReturned(long line, long rest, int sizeClass, int code) {
    long address = layout.region().address(layout.slabOf(line), sizeClass, code);
    int link = RawMemory.loadLinkPlain(address);
    if (Integer.toUnsignedLong(link) > load(rest + Line.RETURNED_FRONTIER)) {
      store(rest + Line.RETURNED, 0);
      throw SharedWords.corrupt(address, link);
    }
    store(rest + Line.RETURNED, link);
    return address;
  }

  /** Finds slots to go on with; returns false if the slab has none. */
  private boolean refill(long line, int sizeClass) {
    if (freeWords.next(line, sizeClass)
        || takeFreedList(line, sizeClass)
        || claimRun(line, sizeClass)) {
      return true;
    }
    freeWords.pushAll(line, sizeClass);
    return freeWords.next(line, sizeClass);
  }

  private boolean takeFreedList(long line, int sizeClass) {
    int slab = layout.slabOf(line);
    int first = words.takeAll(slab, sizeClass);
    long rest = secondHalf(line);
    store(rest + Line.RETURNED, first);
    store(rest + Line.RETURNED_FRONTIER, words.frontier(slab, sizeClass));
    return first != 0;
  }

  private boolean claimRun(long line, int sizeClass) {
    // A limited heap claims slot by slot: what a run holds back would count as taken.
    int slots = words.limit().isLimited() ? 1 : layout.runSlots(sizeClass);
    int slab = layout.slabOf(line);
    long claimed = words.claim(slab, sizeClass, slots);
    if (claimed == NONE) {
      return false;
    }
    RegionLayout region = layout.region();
    long areaEnd = region.area(slab, sizeClass) + (region.slots(sizeClass) << sizeClass);
    long run = claimed - SharedWords.FRESH;
    setRun(line, run, Math.min((long) slots << sizeClass, areaEnd - run));
    return true;
  }

  private static void setRun(long line, long run, long byteSize) {
    store(line + Line.RUN, run);
    store(secondHalf(line) + Line.RUN_END, run + byteSize);
  }

  /** Tells whether a slot of the line was ever handed out. */
  boolean handedOut(long line, int sizeClass, long address) {
    long run = load(line + Line.RUN);
    long runEnd = load(secondHalf(line) + Line.RUN_END);
    if (address < runEnd) {
      return !isInRun(line, address);
    }
    // Behind the run are slots that other threads have claimed, and where a drain moved the run
    // back, live slots of the owner.
    long end = frontierAddress(line, sizeClass);
    if (run == runEnd) {
      setRun(line, end, 0);
    }
    return address < end;
  }

  /** Tells whether a slot of the line is claimed and not handed out yet. */
  static boolean isInRun(long line, long address) {
    return address >= load(line + Line.RUN) && address < load(secondHalf(line) + Line.RUN_END);
  }

  private long frontierAddress(long line, int sizeClass) {
    int slab = layout.slabOf(line);
    return layout.region().area(slab, sizeClass) + (words.frontier(slab, sizeClass) << sizeClass);
  }

  /**
   * Puts a slot back, if there is room in the magazine.
   *
   * @throws IllegalStateException if it is the slot that was put back last
   */
  static boolean tryPutInMagazine(long line, long address) {
    long top = load(line + Line.TOP);
    long last = RawMemory.address(top);
    if (load(last) == address) {
      throw SharedWords.doubleFree(address);
    }
    if (top == load(line + Line.LIMIT)) {
      return false;
    }
    store(last + Long.BYTES, address);
    store(line + Line.TOP, top + Long.BYTES);
    return true;
  }

  /** Gives all slots of a slab's stash to the shared words. The caller owns the slab. */
  void drain(int slab) {
    long lines = layout.lines(slab);
    for (int sizeClass = SizeClass.SMALLEST; sizeClass <= layout.largestOwnedClass(); sizeClass++) {
      drain(StashLayout.line(lines, sizeClass), sizeClass);
    }
  }

  /** Gives all slots of a line, if it ever had an owner, to the shared words. */
  void drain(long line, int sizeClass) {
    if (load(line + Line.LIMIT) == 0) {
      return;
    }
    Chain chain = new Chain(layout.region(), layout.slabOf(line), sizeClass);
    try {
      for (long top = load(line + Line.TOP); load(top) != NONE; top -= Long.BYTES) {
        chain.add(load(top));
        store(line + Line.TOP, top - Long.BYTES);
      }
      freeWords.pushAll(line, sizeClass);
      do {
        for (long slot = freeWords.take(line, sizeClass);
            slot != NONE;
            slot = freeWords.take(line, sizeClass)) {
          chain.add(slot);
        }
      } while (freeWords.next(line, sizeClass));
      for (long slot = takeFromSecondHalf(line, sizeClass);
          slot != NONE;
          slot = takeFromSecondHalf(line, sizeClass)) {
        chain.add(slot & ~SharedWords.FRESH);
      }
    } finally {
      chain.pushTo(words);
    }
    // A trim may lower the frontier to the area's start.
    setRun(line, layout.region().area(layout.slabOf(line), sizeClass), 0);
    if (!words.limit().isScarce()) {
      freeWords.raiseThreshold(line, sizeClass);
    }
  }

  /** Counts the slots that a class of a slab's stash holds; exact while its owner is not at it. */
  long count(int slab, int sizeClass) {
    long line = StashLayout.line(layout.lines(slab), sizeClass);
    if (load(line + Line.LIMIT) == 0) {
      return 0;
    }
    long rest = secondHalf(line);
    return (load(line + Line.TOP) - layout.magazine(slab, sizeClass)) / Long.BYTES
        + freeWords.count(slab, sizeClass)
        + words.count(slab, sizeClass, (int) load(rest + Line.RETURNED))
        + ((load(rest + Line.RUN_END) - load(line + Line.RUN)) >> sizeClass);
  }
}
