package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SlotSetLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * For each slab and size class a set of free slots, as bits beside the slots. Any thread takes,
 * lock-free; one at a time puts.
 *
 * @param layout where the bits lie
 * @param set which of the sets of the layout it is
 */
record SlotSet(SlotSetLayout layout, int set) {
  /*
   *   word    1: the slot is in the set, and free, and in no other place. Cleared with a CAS by
   *           whoever takes the slot.
   *   count   of the bits, or more: raised before bits are set, lowered after they are cleared
   *   hint    a slot before which few bits are likely
   *
   * take: from the hint on, then from the start, a word that is not 0. Low addresses first, so that
   *       few OS pages are in use.
   */

  /** Answer where there is no slot. */
  static final long NONE = -1;

  private static final int WORD_SLOTS = SlotSetLayout.WORD_SLOTS;

  /** Tells whether there may be any; a slot that is being put is not yet there. */
  boolean isEmpty(int slab, int sizeClass) {
    return count(slab, sizeClass) == 0;
  }

  /** Counts the slots; too many while some are put or taken. */
  long count(int slab, int sizeClass) {
    // Acquire: pairs with the adds. It guards nothing: bits are read by loads of their own.
    return RawMemory.loadAcquire(layout.count(set, slab, sizeClass));
  }

  /** Takes a slot; returns its number, or {@link #NONE}. */
  long take(int slab, int sizeClass) {
    for (long slot = find(slab, sizeClass); slot >= 0; slot = find(slab, sizeClass)) {
      long word = layout.word(set, slab, sizeClass, slot);
      long bits = bits(word);
      long lowest = Long.lowestOneBit(bits);
      if (bits != 0 && casBits(word, bits, bits ^ lowest)) {
        addToCount(slab, sizeClass, -1);
        return slot + Long.numberOfTrailingZeros(lowest);
      }
    }
    return NONE;
  }

  /** Returns the first slot of a word that has some; {@link #NONE} if there is none. */
  long find(int slab, int sizeClass) {
    if (isEmpty(slab, sizeClass)) {
      return NONE;
    }
    long hint = RawMemory.loadAcquire(layout.hint(set, slab, sizeClass));
    // Acquire: as SharedWords.frontier; here a bound and nothing else.
    long frontier = RawMemory.loadAcquire(region().frontierWord(slab, sizeClass));
    long found = find(slab, sizeClass, hint, frontier);
    if (found == NONE) {
      found = find(slab, sizeClass, 0, hint);
    }
    if (found != NONE && found != hint) {
      setHint(slab, sizeClass, found);
    }
    return found;
  }

  private long find(int slab, int sizeClass, long from, long to) {
    for (long slot = from; slot < to; slot += WORD_SLOTS) {
      if (bits(slab, sizeClass, slot) != 0) {
        return slot;
      }
    }
    return NONE;
  }

  /** Returns the bits of the word of a slot. */
  long bits(int slab, int sizeClass, long slot) {
    return bits(layout.word(set, slab, sizeClass, slot));
  }

  /** Takes the slots of the word of a slot. */
  long takeWord(int slab, int sizeClass, long slot) {
    long word = layout.word(set, slab, sizeClass, slot);
    for (long bits = bits(word); bits != 0; bits = bits(word)) {
      if (casBits(word, bits, 0)) {
        addToCount(slab, sizeClass, -Long.bitCount(bits));
        return bits;
      }
    }
    return 0;
  }

  /** Puts slots of one word, which are the caller's. */
  void put(int slab, int sizeClass, long slot, long bits) {
    if (bits == 0) {
      return;
    }
    addToCount(slab, sizeClass, Long.bitCount(bits));
    long word = layout.word(set, slab, sizeClass, slot);
    long before = bits(word);
    while (!casBits(word, before, before | bits)) {
      before = bits(word);
    }
    long first = slot & -WORD_SLOTS;
    if (first < RawMemory.loadAcquire(layout.hint(set, slab, sizeClass))) {
      setHint(slab, sizeClass, first);
    }
  }

  private void addToCount(int slab, int sizeClass, int slots) {
    RawMemory.addVolatile(layout.count(set, slab, sizeClass), slots);
  }

  /** Racy: a hint that is overwritten makes a look longer. */
  private void setHint(int slab, int sizeClass, long slot) {
    RawMemory.storePlain(layout.hint(set, slab, sizeClass), slot);
  }

  private static long bits(long word) {
    // Acquire: pairs with casBits. What the putter did to a slot happens-before its use.
    return RawMemory.loadAcquire(word);
  }

  private static boolean casBits(long word, long expected, long replacement) {
    // Volatile CAS: pairs with itself and bits().
    //   release half, of a put: zeros are in the slots before they are seen here.
    //   acquire half, of a take: whose bit was cleared has the slot to itself.
    return RawMemory.casVolatile(word, expected, replacement);
  }

  private RegionLayout region() {
    return layout.region();
  }
}
