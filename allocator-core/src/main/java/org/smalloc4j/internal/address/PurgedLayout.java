package org.smalloc4j.internal.address;

/**
 * Where the bits of purged slots lie: free slots whose memory went back to the operating system.
 * Nothing here accesses memory.
 *
 * <p>All of it is beside the slots, in areas that have none:
 *
 * <pre>
 * slab s, class 0:  the last KiB   an entry for each class, 32 bytes
 * slab s, class 1:  3/4            words of all classes, 16 bytes for 64 slots
 * </pre>
 *
 * A word is two: its purged slots, and the marks of a trim. That of a class with fewer than 64
 * slots is in its entry.
 *
 * <p>An annex has no such areas, and no purged slots.
 *
 * @param region the region it is for
 */
public record PurgedLayout(RegionLayout region) {
  /** Slots that share a word. */
  public static final int WORD_SLOTS = Long.SIZE; // 64

  private static final int WORD_SLOTS_SHIFT = 6;
  private static final int WORD_SHIFT = 4; // 16 bytes: the purged slots, the marks
  private static final int MARKS_OFFSET = Long.BYTES; // 8

  private static final int ENTRY_SHIFT = 5; // 32 bytes: count, hint, the word of few slots
  private static final long ENTRIES_BYTES = SizeClass.COUNT << ENTRY_SHIFT;
  private static final int HINT_OFFSET = Long.BYTES; // 8
  private static final int FEW_SLOTS_OFFSET = 2 * Long.BYTES; // 16

  /** Tells whether there is such a place; else nothing else is to be asked. */
  public boolean exists() {
    return region.classBits() != 0;
  }

  private long entry(int slab, int sizeClass) {
    long end = region.area(slab, 0) + (1L << region.areaBits());
    return end - ENTRIES_BYTES + ((long) sizeClass << ENTRY_SHIFT);
  }

  /** Returns the address of the count of purged slots of (slab, class). */
  public long count(int slab, int sizeClass) {
    return entry(slab, sizeClass);
  }

  /** Returns the address of the number of the slot from which purged ones are looked for. */
  public long hint(int slab, int sizeClass) {
    return entry(slab, sizeClass) + HINT_OFFSET;
  }

  /**
   * Returns the address of the word of a slot.
   *
   * <p>The words of a class with 2^n slots are the 2^(n-6)-th and those behind it, so that classes
   * do not meet.
   */
  public long word(int slab, int sizeClass, long slot) {
    long allSlots = 1L << (region.areaBits() - sizeClass);
    if (allSlots < WORD_SLOTS) {
      return entry(slab, sizeClass) + FEW_SLOTS_OFFSET;
    }
    long words = region.area(slab, 1) + (3L << (region.areaBits() - 2));
    return words + ((allSlots + slot) >>> WORD_SLOTS_SHIFT << WORD_SHIFT);
  }

  /** Returns the address of the marks that belong to a word. */
  public static long marks(long word) {
    return word + MARKS_OFFSET;
  }
}
