package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * How many slots the freed lists of the shared words have, without a walk. Wait-free.
 *
 * @param layout where the words and slots are
 * @param firstOwned the first slab that threads own; 64 if none
 * @param largestOwnedClass the class of the largest slots that owners keep
 */
record ListLengths(RegionLayout layout, int firstOwned, int largestOwnedClass) {
  /*
   * Two ways, since threads do different things to different lists (ADR 18):
   *
   *   of an owned slab   Slots come in chains and leave in whole lists, rarely one by one. The head
   *                      word counts the slots pushed; a removals word beside it, those removed:
   *                      length = pushed - removed, modulo 2^32.
   *                      What was removed is counted afterwards, so for a moment the length is too
   *                      large by it. An owner that takes such a list keeps a number that is too
   *                      large, and leaves a length that is too small by as much; so for owners the
   *                      sum of the two is never too small, and for all others a length proves
   *                      nothing.
   *   of any other slab  Slots come and leave one by one, and a second atomic write for each would
   *                      cost a quarter of the time. So each free slot has the length of the list
   *                      that it is the first of, behind its link; a push reads that of the slot
   *                      below it. The read is racy, like a pop's of the link, and counts for
   *                      nothing if the head has changed: the push's CAS fails then.
   *                      Slots of 4 bytes have no room for it. Their lists are walked.
   */

  private static final int LENGTH_OFFSET = Integer.BYTES;

  /** Tells whether threads own the slots of a class in a slab. */
  boolean isOwned(int slab, int sizeClass) {
    return slab >= firstOwned && sizeClass <= largestOwnedClass;
  }

  /** Links a slot that the caller owns before the one with code {@code next}, 0 for none. */
  void link(long address, int next, int slab, int sizeClass) {
    if (isOwned(slab, sizeClass) || sizeClass == SizeClass.SMALLEST) {
      RawMemory.storeLinkPlain(address, next);
    } else {
      long length = storedLength(next, slab, sizeClass) + 1L;
      RawMemory.storePlain(address, length << Integer.SIZE | Integer.toUnsignedLong(next));
    }
  }

  /** Links a chain that the caller owns before the slot with code {@code next}, 0 for none. */
  void linkChain(int first, long last, int slots, int next, int slab, int sizeClass) {
    RawMemory.storeLinkPlain(last, next);
    if (isOwned(slab, sizeClass) || sizeClass == SizeClass.SMALLEST) {
      return;
    }
    int length = storedLength(next, slab, sizeClass) + slots;
    int code = first;
    for (int i = 0; i < slots; i++) {
      long address = layout.address(slab, sizeClass, code);
      RawMemory.storeLinkPlain(address + LENGTH_OFFSET, length - i);
      code = RawMemory.loadLinkPlain(address);
    }
  }

  private int storedLength(int code, int slab, int sizeClass) {
    return code == 0
        ? 0
        : RawMemory.loadLinkPlain(layout.address(slab, sizeClass, code) + LENGTH_OFFSET);
  }

  /** Returns how many slots were ever removed from a list of an owned slab, modulo 2^32. */
  long removals(int slab, int sizeClass) {
    // Acquire: it comes before the load of the head; if weaker, slots pushed and removed after that
    // could be missing in the length.
    return isOwned(slab, sizeClass)
        ? RawMemory.loadAcquire(layout.removalsWord(slab, sizeClass))
        : 0;
  }

  /** Notes that slots have been removed from a list, never before they are. */
  void removed(int slab, int sizeClass, int slots) {
    if (isOwned(slab, sizeClass)) {
      // Volatile add: a number that guards no other memory, and must not lose an update.
      RawMemory.addVolatile(layout.removalsWord(slab, sizeClass), slots);
    }
  }

  /**
   * Returns the length of the list that has a head word.
   *
   * @param removals what {@link #removals} answered before the head was read
   */
  int length(long head, long removals, int slab, int sizeClass) {
    if (isOwned(slab, sizeClass)) {
      return HeadWord.pushes(head) - (int) removals;
    }
    int top = HeadWord.top(head);
    if (sizeClass == SizeClass.SMALLEST) {
      return walked(top, slab);
    }
    // A length that was overwritten after the free counts as one.
    long length = Integer.toUnsignedLong(storedLength(top, slab, sizeClass));
    return length <= frontier(slab, sizeClass) ? (int) length : 1;
  }

  /** Counts slots of 4 bytes; bounded by their number, if links change or lead in circles. */
  private int walked(int first, int slab) {
    long slots = frontier(slab, SizeClass.SMALLEST);
    int count = 0;
    int code = first;
    while (code != 0 && count < slots && Integer.toUnsignedLong(code) <= slots) {
      count++;
      code = RawMemory.loadLinkPlain(layout.address(slab, SizeClass.SMALLEST, code));
    }
    return count;
  }

  private long frontier(int slab, int sizeClass) {
    // Acquire: as SharedWords.frontier; here a bound and nothing else.
    return RawMemory.loadAcquire(layout.frontierWord(slab, sizeClass));
  }

  /** Counts slots of a class as lost. */
  void lost(int sizeClass, int slots) {
    // Volatile add: as in removed.
    RawMemory.addVolatile(layout.lostWord(sizeClass), Integer.toUnsignedLong(slots));
  }

  /** Returns how many slots of a class were lost. */
  long lost(int sizeClass) {
    return RawMemory.loadAcquire(layout.lostWord(sizeClass));
  }
}
