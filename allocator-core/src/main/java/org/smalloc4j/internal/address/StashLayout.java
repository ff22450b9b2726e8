package org.smalloc4j.internal.address;

/**
 * Where the parts of stashes and outboxes that are in a region lie, and how large they are. Nothing
 * here accesses memory.
 *
 * <p>They fill the areas of class 1, which have no slots. All of it that an owner writes is in its
 * own slab, so that no cache line belongs to two owners.
 *
 * <pre>
 * slab s, class 1:  0    free words of all classes, 16 bytes for 64 slots
 *                   1/4  magazines
 *                   1/2  outboxes, 32 × 4 × 64 bytes
 * </pre>
 *
 * @param region the region it is for
 * @param areaBits log2 of the bytes of an area
 */
public record StashLayout(RegionLayout region, int areaBits) {
  /** The class of the largest slots that are owned (19, 512 KiB). */
  private static final int LARGEST_OWNED = 19;

  /** An area with fewer slots than this is not owned: nobody may hide the few there are. */
  private static final int FEWEST_SLOTS_BITS = 8; // 256

  /** Slots that share a free word. */
  public static final int WORD_SLOTS = Long.SIZE; // 64

  private static final int WORD_SLOTS_SHIFT = 6;
  private static final int WORD_SHIFT = 4; // 16 bytes: the free bits, the address of the next word

  /** Bytes of a free word (16). */
  public static final long WORD_BYTES = 1L << WORD_SHIFT;

  private static final int OUTBOX_SHIFT = 6; // 64 bytes

  /** Targets that an outbox holds for each class. */
  public static final int OUTBOX_TARGETS = 4;

  private static final long MAGAZINE_SLOT_BYTES = 128 << 10;
  private static final int LARGEST_MAGAZINE = 1023; // 8 KiB with the empty entry at its bottom
  private static final int LARGEST_RUN_BYTES = 64 << 10;

  /** Returns the layout for a region. */
  public static StashLayout of(RegionLayout region) {
    return new StashLayout(region, region.areaBits());
  }

  /** Returns the class of the largest slots that are owned in this region. */
  public int largestOwnedClass() {
    return Math.min(LARGEST_OWNED, areaBits - FEWEST_SLOTS_BITS);
  }

  /** Tells whether the slots of a class are owned. */
  public boolean isOwned(int sizeClass) {
    return sizeClass >= SizeClass.SMALLEST && sizeClass <= largestOwnedClass();
  }

  /** Returns the outbox entry of (owner's slab, class, target slab). */
  public long outbox(int slab, int sizeClass, int targetSlab) {
    long entry = (long) sizeClass * OUTBOX_TARGETS + (targetSlab & (OUTBOX_TARGETS - 1));
    return area1(slab) + (1L << (areaBits - 1)) + (entry << OUTBOX_SHIFT);
  }

  private long area1(int slab) {
    return region.area(slab, 1);
  }

  /** Returns the address of the free word of slab {@code slab} that no slot has. */
  public long noFreeWord(int slab) {
    return area1(slab);
  }

  /**
   * Returns the address of the free word of a slot.
   *
   * <p>The words of a class with 2^n slots are the 2^n-th bit and those behind it, so that classes
   * do not meet: the position of a slot's bit is its offset in its area, with the bit above the
   * offset set, shifted by the class.
   */
  public long freeWord(int slab, int sizeClass, long slot) {
    long bit = (1L << (areaBits - sizeClass)) + slot;
    return noFreeWord(slab) + (bit >>> WORD_SLOTS_SHIFT << WORD_SHIFT);
  }

  /** Returns the address of the free word of a slot of the area whose first free word is given. */
  public static long wordOf(long firstWord, long slot) {
    return firstWord + (slot >>> WORD_SLOTS_SHIFT << WORD_SHIFT);
  }

  /** Returns the address of the first slot of a free word. */
  public long firstSlot(int slab, int sizeClass, long freeWord) {
    long bit = (freeWord - noFreeWord(slab)) >>> WORD_SHIFT << WORD_SLOTS_SHIFT;
    long slot = bit - (1L << (areaBits - sizeClass));
    return region.area(slab, sizeClass) + (slot << sizeClass);
  }

  /** Returns the address of the magazine of (slab, class): an empty entry, then its slots. */
  public long magazine(int slab, int sizeClass) {
    long entries = 0;
    for (int smaller = SizeClass.SMALLEST; smaller < sizeClass; smaller++) {
      entries += 1 + magazineSlots(smaller);
    }
    return area1(slab) + (1L << (areaBits - 2)) + entries * Long.BYTES;
  }

  /** Returns the address of the first outbox entry of a slab. */
  public long outboxes(int slab) {
    return outbox(slab, 0, 0);
  }

  /** Returns the first address behind the outboxes of a slab. */
  public long outboxesEnd(int slab) {
    return outbox(slab, SizeClass.COUNT, 0);
  }

  /** Returns how many slots the magazine of a class holds: 128 KiB of them, 1 to 1,023. */
  public int magazineSlots(int sizeClass) {
    long wanted = Math.clamp(MAGAZINE_SLOT_BYTES >> sizeClass, 1, LARGEST_MAGAZINE);
    return (int) Math.min(wanted, Math.max(1, region.slots(sizeClass) >>> 4));
  }

  /** Returns how many fresh slots an owner claims at once: 64 KiB of them, 1 to 64. */
  public int runSlots(int sizeClass) {
    long wanted = Math.clamp(LARGEST_RUN_BYTES >> sizeClass, 1, WORD_SLOTS);
    return (int) Math.min(wanted, Math.max(1, region.slots(sizeClass) >>> 6));
  }

  /** Returns how many slots of a word have to be free before it is used again: 4 KiB, 1 to 8. */
  public static int wordThreshold(int sizeClass) {
    return Math.clamp(4096 >> sizeClass, 1, 8);
  }
}
