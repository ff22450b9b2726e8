package org.smalloc4j.internal.address;

/**
 * Where the sets of free slots lie that are on no list: one bit for each slot of a region. Nothing
 * here accesses memory.
 *
 * <p>All of it is beside the slots, in areas that have none:
 *
 * <pre>
 * slab s, class 0:  the last 2 KiB  an entry for each class, 64 bytes: of three sets the count, the
 *                                   hint, and the word of a class with fewer than 64 slots
 * slab s, class 1:  3/4, 13/16, 7/8 the words of a set each, 8 bytes for 64 slots
 * </pre>
 *
 * <p>An annex has no such areas, and no sets.
 *
 * @param region the region it is for
 */
public record SlotSetLayout(RegionLayout region) {
  /** The set of free slots that keep their memory. */
  public static final int KEPT = 0;

  /** The set of free slots whose memory went back to the operating system. */
  public static final int PURGED = 1;

  /** The set of slots whose list is being sorted. It has no count, and no hint. */
  public static final int MARKED = 2;

  /** Slots that share a word. */
  public static final int WORD_SLOTS = Long.SIZE; // 64

  private static final int WORD_SLOTS_SHIFT = 6;
  private static final int WORD_SHIFT = 3; // 8 bytes

  private static final int ENTRY_SHIFT = 6; // 64 bytes
  private static final long ENTRIES_BYTES = SizeClass.COUNT << ENTRY_SHIFT;
  private static final int HINT_OFFSET = 2 * Long.BYTES; // 16, behind two counts
  private static final int FEW_SLOTS_OFFSET = 4 * Long.BYTES; // 32, behind two hints

  /** Tells whether there is such a place; else nothing else is to be asked. */
  public boolean exists() {
    return region.classBits() != 0;
  }

  private long entry(int slab, int sizeClass) {
    long end = region.area(slab, 0) + (1L << region.areaBits());
    return end - ENTRIES_BYTES + ((long) sizeClass << ENTRY_SHIFT);
  }

  /** Returns the address of the count of slots of (slab, class). */
  public long count(int set, int slab, int sizeClass) {
    return entry(slab, sizeClass) + (long) set * Long.BYTES;
  }

  /** Returns the address of the number of the slot from which (slab, class) is looked through. */
  public long hint(int set, int slab, int sizeClass) {
    return entry(slab, sizeClass) + HINT_OFFSET + (long) set * Long.BYTES;
  }

  /**
   * Returns the address of the word of a slot.
   *
   * <p>The words of a class with 2^n slots are the 2^(n-6)-th and those behind it, so that classes
   * do not meet.
   */
  public long word(int set, int slab, int sizeClass, long slot) {
    long allSlots = 1L << (region.areaBits() - sizeClass);
    if (allSlots < WORD_SLOTS) {
      return entry(slab, sizeClass) + FEW_SLOTS_OFFSET + (long) set * Long.BYTES;
    }
    long words = region.area(slab, 1) + ((12L + set) << (region.areaBits() - 4));
    return words + ((allSlots + slot) >>> WORD_SLOTS_SHIFT << WORD_SHIFT);
  }
}
