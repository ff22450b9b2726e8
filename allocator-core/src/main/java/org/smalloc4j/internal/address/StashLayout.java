package org.smalloc4j.internal.address;

/**
 * Where the owners' stashes and outboxes lie in a region, and how large they are. Nothing here
 * accesses memory.
 *
 * <p>They fill the areas of classes 0 and 1, which have no slots:
 *
 * <pre>
 * slab 0, class 0:  0    shared words (see RegionLayout)
 *                   1/2  directory, 4,096 × 8 bytes: thread id modulo 4,096 to its slab's lines
 *                        nobody's lines, 4 KiB that stay zero
 *                        owner words, 64 × 8 bytes
 * slab 0, class 1:  0    lines, 64 × 32 × 64 bytes: one for each (slab, class)
 * slab s, class 1:  0    free words of all classes, 16 bytes for 64 slots
 *                   1/4  magazines
 *                   1/2  the lines' second halves, 32 × 64 bytes
 *                   5/8  outboxes, 32 × 4 × 64 bytes
 * </pre>
 *
 * Slab 0 is never owned. The lines of a slab are 2 KiB, and all else that an owner writes is in its
 * own slab, so that no cache line of it belongs to two owners.
 *
 * @param region the region it is for
 * @param base the region's base
 * @param areaBits log2 of the bytes of an area
 * @param directory address of the directory
 * @param ownerWords address of the first owner word
 * @param table address of the first line
 */
public record StashLayout(
    RegionLayout region, long base, int areaBits, long directory, long ownerWords, long table) {
  /** Areas of a region (2,048). */
  public static final int AREAS = RegionLayout.SLABS * SizeClass.COUNT;

  /** The class of the largest slots that are owned (19, 512 KiB). */
  private static final int LARGEST_OWNED = 19;

  /** An area with fewer slots than this is not owned: nobody may hide the few there are. */
  private static final int FEWEST_SLOTS_BITS = 8; // 256

  /** Slots that share a free word. */
  public static final int WORD_SLOTS = Long.SIZE; // 64

  private static final int WORD_SLOTS_SHIFT = 6;
  private static final int WORD_SHIFT = 4; // 16 bytes: the free bits, the address of the next word
  private static final int LINE_SHIFT = 6; // 64 bytes
  private static final int LINES_SHIFT = 11; // of a slab: 32 × 64 bytes

  /** Targets that an outbox holds for each class. */
  public static final int OUTBOX_TARGETS = 4;

  /** Slabs from here on are not owned: a request's class, up to 63, leads beyond its last line. */
  public static final int OWNED_SLABS_END = RegionLayout.SLABS - 1; // 63

  private static final int DIRECTORY_MASK = 4096 - 1;
  private static final long DIRECTORY_BYTES = 32 << 10; // 4,096 × 8
  private static final long NOBODYS_BYTES = 4 << 10; // 64 × 64

  private static final long MAGAZINE_SLOT_BYTES = 128 << 10;
  private static final int LARGEST_MAGAZINE = 1023; // 8 KiB with the empty entry at its bottom
  private static final int LARGEST_RUN_BYTES = 64 << 10;

  /** Returns the layout for a region. */
  public static StashLayout of(RegionLayout region) {
    long directory = region.base() + (1L << (region.areaBits() - 1));
    long ownerWords = directory + DIRECTORY_BYTES + NOBODYS_BYTES;
    return new StashLayout(
        region, region.base(), region.areaBits(), directory, ownerWords, region.area(0, 1));
  }

  /** Returns the class of the largest slots that are owned in this region. */
  public int largestOwnedClass() {
    return Math.min(LARGEST_OWNED, areaBits - FEWEST_SLOTS_BITS);
  }

  /** Returns the word that names the lines of the thread with that id, relative to nobody's. */
  public long directoryWord(long threadId) {
    return directory + ((threadId & DIRECTORY_MASK) << 3);
  }

  /** Returns the address of lines that belong to no slab and are zero. */
  public long nobodysLines() {
    return directory + DIRECTORY_BYTES;
  }

  /** Returns the address of the lines of a slab. */
  public long lines(int slab) {
    return table + ((long) slab << LINES_SHIFT);
  }

  /** Returns the line of a class, of 0 to 63, among some slab's lines. */
  public static long line(long lines, int sizeClass) {
    return lines + ((long) sizeClass << LINE_SHIFT);
  }

  /** Returns the area of an address: slab × 32 + class, {@link #AREAS} or more outside. */
  public long areaOf(long address) {
    return (address - base) >>> areaBits;
  }

  /** Returns the word that holds the thread id of a slab's owner. */
  public long ownerWord(long slab) {
    return ownerWords + (slab << 3);
  }

  /** Returns the slab of an area. */
  public static long slabOfArea(long area) {
    return area >>> 5;
  }

  /** Returns the line of an area. */
  public long lineOfArea(long area) {
    return table + (area << LINE_SHIFT);
  }

  /** Returns the slab of a line. */
  public int slabOf(long line) {
    return (int) ((line - table) >>> LINES_SHIFT);
  }

  /** Returns the second half of the line of (slab, class). */
  public long secondHalf(int slab, int sizeClass) {
    return area1(slab) + (1L << (areaBits - 1)) + ((long) sizeClass << LINE_SHIFT);
  }

  /** Returns the outbox entry of (owner's slab, class, target slab). */
  public long outbox(int slab, int sizeClass, int targetSlab) {
    long entry = (long) sizeClass * OUTBOX_TARGETS + (targetSlab & (OUTBOX_TARGETS - 1));
    return area1(slab) + (5L << (areaBits - 3)) + (entry << LINE_SHIFT);
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
