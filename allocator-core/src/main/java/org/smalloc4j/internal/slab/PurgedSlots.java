package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.PurgedLayout;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * Free slots whose memory was given back to the operating system. They are zero, and do not count
 * as taken. Lock-free.
 *
 * @param layout where their bits lie
 * @param limit what they are taken from when they are used again
 * @param isAccessible whether all of the region is; else nothing is read there, and none are kept
 */
record PurgedSlots(PurgedLayout layout, MemoryLimit limit, boolean isAccessible) {
  /*
   * Idea: a freed list leads through the free slots, so it keeps their OS pages. A slot whose page
   * goes back has to be remembered elsewhere: a bit of a word beside its area, 64 slots to a word.
   *
   *   word    1: the slot is purged, and in no other place. Set by a trim, one at a time, and
   *           cleared by whoever takes the slot, with a CAS.
   *   count   of the bits, or more: raised before bits are set, lowered after they are cleared
   *   hint    a slot before which few bits are likely
   *
   * take: from the hint on, then from the start, a word that is not 0. Low addresses first, so that
   *       few OS pages come back.
   */

  static final long NONE = SharedWords.NONE;

  private static final int WORD_SLOTS = PurgedLayout.WORD_SLOTS;

  /** Tells whether there is a place for them. */
  boolean areKept() {
    return isAccessible && layout.exists();
  }

  /** Tells whether there may be any; a slot that is being put is not yet there. */
  boolean isEmpty(int slab, int sizeClass) {
    return !areKept() || count(slab, sizeClass) == 0;
  }

  /** Counts the slots; too many while some are put or taken. */
  long count(int slab, int sizeClass) {
    // Acquire: pairs with the adds. It guards nothing: bits are read by loads of their own.
    return RawMemory.loadAcquire(layout.count(slab, sizeClass));
  }

  /**
   * Takes a slot.
   *
   * @return its address plus {@link SharedWords#FRESH}, or {@link #NONE} if there is none or the
   *     limit refuses it
   */
  long take(int slab, int sizeClass) {
    if (isEmpty(slab, sizeClass) || !limit.tryTake(SizeClass.slotBytes(sizeClass))) {
      return NONE;
    }
    for (long slot = find(slab, sizeClass); slot >= 0; slot = find(slab, sizeClass)) {
      long word = layout.word(slab, sizeClass, slot);
      long bits = bits(word);
      long lowest = Long.lowestOneBit(bits);
      if (bits != 0 && casBits(word, bits, bits ^ lowest)) {
        RawMemory.addVolatile(layout.count(slab, sizeClass), -1);
        long taken = slot + Long.numberOfTrailingZeros(lowest);
        return region().area(slab, sizeClass) + (taken << sizeClass) + SharedWords.FRESH;
      }
    }
    limit.giveBack(SizeClass.slotBytes(sizeClass));
    return NONE;
  }

  /**
   * Returns the first slot of a word that has purged ones.
   *
   * @return -1 if there is none
   */
  long find(int slab, int sizeClass) {
    if (isEmpty(slab, sizeClass)) {
      return -1;
    }
    long hint = RawMemory.loadAcquire(layout.hint(slab, sizeClass));
    // Acquire: as SharedWords.frontier; here a bound and nothing else.
    long frontier = RawMemory.loadAcquire(region().frontierWord(slab, sizeClass));
    long found = find(slab, sizeClass, hint, frontier);
    if (found < 0) {
      found = find(slab, sizeClass, 0, hint);
    }
    if (found >= 0 && found != hint) {
      setHint(slab, sizeClass, found);
    }
    return found;
  }

  private long find(int slab, int sizeClass, long from, long to) {
    for (long slot = from; slot < to; slot += WORD_SLOTS) {
      if (bits(layout.word(slab, sizeClass, slot)) != 0) {
        return slot;
      }
    }
    return -1;
  }

  /** Takes the slots of the word of a slot; the caller has seen to the limit. */
  long takeWord(int slab, int sizeClass, long slot) {
    long word = layout.word(slab, sizeClass, slot);
    for (long bits = bits(word); bits != 0; bits = bits(word)) {
      if (casBits(word, bits, 0)) {
        RawMemory.addVolatile(layout.count(slab, sizeClass), -Long.bitCount(bits));
        return bits;
      }
    }
    return 0;
  }

  /** Puts slots of one word, all zero, which are the caller's; it sees to the limit. */
  void put(int slab, int sizeClass, long slot, long bits) {
    if (bits == 0) {
      return;
    }
    RawMemory.addVolatile(layout.count(slab, sizeClass), Long.bitCount(bits));
    long word = layout.word(slab, sizeClass, slot);
    long before = bits(word);
    while (!casBits(word, before, before | bits)) {
      before = bits(word);
    }
    long first = slot & -WORD_SLOTS;
    if (first < RawMemory.loadAcquire(layout.hint(slab, sizeClass))) {
      setHint(slab, sizeClass, first);
    }
  }

  /** Racy: a hint that is overwritten makes a look longer. */
  private void setHint(int slab, int sizeClass, long slot) {
    RawMemory.storePlain(layout.hint(slab, sizeClass), slot);
  }

  private static long bits(long word) {
    // Acquire: pairs with casBits. The trim's zeroing happens-before the use of a slot found here.
    return RawMemory.loadAcquire(word);
  }

  private static boolean casBits(long word, long expected, long replacement) {
    // Volatile CAS: pairs with itself and bits().
    //   release half, of a put: the slots are zero before they are seen here.
    //   acquire half, of a take: whose bit was cleared has the slot to itself.
    return RawMemory.casVolatile(word, expected, replacement);
  }

  private RegionLayout region() {
    return layout.region();
  }
}
