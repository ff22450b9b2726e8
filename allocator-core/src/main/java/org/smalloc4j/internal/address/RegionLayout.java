package org.smalloc4j.internal.address;

/**
 * Where everything is in a region of {@code 2^regionBits} bytes: arithmetic on addresses only.
 *
 * <pre>
 *  regionBits = 44 (the default; areaBits = 33)
 *
 *   63          44 43      38 37     33 32                                0
 *  +--------------+----------+---------+-----------------------------------+
 *  |     base     |  slab:6  | class:5 |  slot : 33 - class | data : class |
 *  +--------------+----------+---------+-----------------------------------+
 *                                       \____________ area: 33 ___________/
 *
 *  slab 0, class 0, where no slots are: the shared words of all slabs
 *
 *   14        9 8       4 3   0
 *  +-----------+---------+-----+      +0  head word of the freed list
 *  |  slab:6   | class:5 |  :4 |      +8  frontier word
 *  +-----------+---------+-----+
 *
 *  behind them, at 32 KiB: a removals word for each (slab, class); at 48 KiB: a lost word for each
 *  class; at 60 KiB: 4 KiB that are nobody's; at 64 KiB: the same for an annex
 * </pre>
 *
 * With fewer or more bits only the area changes its size. A slot is named by its number within its
 * area, and in links by its <i>code</i>, number + 1, so that a zero word means "no slot".
 *
 * <p>An <i>annex</i> is a region of 16 slabs that are an area each: {@code base | slab:4 | slot |
 * data}. An address there does not tell its class, {@link #classOf} says 0; who gives a slab to a
 * class keeps that in mind, and uses no other class with it. Its shared words are elsewhere.
 *
 * <p>Laws: {@code codeOf(address(slab, sizeClass, code)) == code}, likewise for slab and class;
 * every slot is aligned to its size; no two (slab, class) pairs share an area, no two slabs share a
 * cache line of shared words (512 bytes each).
 *
 * @param base first address, a multiple of {@code 2^regionBits}
 * @param regionBits log2 of the region's bytes
 * @param areaBits log2 of the bytes of an area
 * @param classBits bits of an address that tell the class: 5, or 0
 * @param words where the shared words begin
 * @param largestClass the class of the largest slots
 */
public record RegionLayout(
    long base, int regionBits, int areaBits, int classBits, long words, int largestClass) {
  /** Slabs of a region (64). */
  public static final int SLABS = 64;

  /** The smallest region, 256 MiB of addresses: areas of 128 KiB, slots of up to 32 KiB. */
  public static final int SMALLEST_REGION_BITS = 28;

  /** The region wanted by default, 16 TiB of addresses: areas of 8 GiB, slots of up to 2 GiB. */
  public static final int DEFAULT_REGION_BITS = 44;

  /** The largest region, 32 TiB of addresses. */
  public static final int LARGEST_REGION_BITS = 45;

  private static final int SLAB_BITS = 6;
  private static final int CLASS_BITS = 5;

  private static final int WORDS_SHIFT = 4; // 16 bytes per (slab, class): head word, frontier word
  private static final int SLAB_WORDS_SHIFT = CLASS_BITS + WORDS_SHIFT; // 9: 512 bytes per slab
  private static final int FRONTIER_OFFSET = Long.BYTES; // 8

  private static final long REMOVALS_OFFSET = 1L << (SLAB_BITS + SLAB_WORDS_SHIFT); // 32 KiB
  private static final int REMOVALS_SHIFT = 3;
  private static final int SLAB_REMOVALS_SHIFT = CLASS_BITS + REMOVALS_SHIFT; // 8: 256 bytes
  private static final long LOST_OFFSET =
      REMOVALS_OFFSET + (1L << (SLAB_BITS + SLAB_REMOVALS_SHIFT)); // 48 KiB

  /** Bytes in front of an annex's words that are nobody's, 4 KiB. */
  public static final long UNUSED_BYTES = 4 << 10;

  private static final int ANNEX_SLAB_BITS = 4; // 16 slabs

  /** Where the words of an annex lie behind those of the region before it: at 64 KiB. */
  private static final long ANNEX_WORDS_OFFSET = 1L << 16;

  /** Slots of an area at the most: their codes have to fit 32 bits beside the empty code 0. */
  private static final long MOST_SLOTS = (1L << Integer.SIZE) - 1; // 4_294_967_295

  /** Creates the layout of a region whose largest slots are a quarter of an area, at most 2 GiB. */
  public RegionLayout(long base, int regionBits) {
    this(base, regionBits, regionBits - SLAB_BITS - CLASS_BITS - 2);
  }

  private RegionLayout(long base, int regionBits, int largestClass) {
    this(
        base,
        regionBits,
        regionBits - SLAB_BITS - CLASS_BITS,
        CLASS_BITS,
        base,
        Math.min(largestClass, SizeClass.LARGEST));
  }

  /** Returns the layout of a region whose largest slots are a whole area, at most 2 GiB. */
  public static RegionLayout upToWholeAreas(long base, int regionBits) {
    return new RegionLayout(base, regionBits, regionBits - SLAB_BITS - CLASS_BITS);
  }

  /** Returns the layout of an annex as large as this region, right behind it. */
  public RegionLayout annex() {
    int areaBits = regionBits - ANNEX_SLAB_BITS;
    return new RegionLayout(
        base + byteSize(),
        regionBits,
        areaBits,
        0,
        words + ANNEX_WORDS_OFFSET,
        Math.min(areaBits, SizeClass.LARGEST));
  }

  /**
   * Returns the bits of the smallest region in which each area has room for {@code byteSize} bytes;
   * at least {@link #SMALLEST_REGION_BITS}, and {@link #DEFAULT_REGION_BITS} at the most.
   */
  public static int bitsForAreasOf(long byteSize) {
    int bits = SizeClass.of(byteSize) + SLAB_BITS + CLASS_BITS;
    return Math.clamp(bits, SMALLEST_REGION_BITS, DEFAULT_REGION_BITS);
  }

  /** Returns the number of slabs. */
  public int slabs() {
    return 1 << (regionBits - areaBits - classBits);
  }

  /** Returns the bytes of the region. */
  public long byteSize() {
    return 1L << regionBits;
  }

  /** Returns how many slots an area of {@code sizeClass} has, at most 2^32 - 1. */
  public long slots(int sizeClass) {
    return Math.min(1L << (areaBits - sizeClass), MOST_SLOTS);
  }

  /** Returns the address of the head word of (slab, class). */
  public long headWord(int slab, int sizeClass) {
    return words + ((long) slab << SLAB_WORDS_SHIFT) + ((long) sizeClass << WORDS_SHIFT);
  }

  /** Returns the address of the frontier word of (slab, class). */
  public long frontierWord(int slab, int sizeClass) {
    return headWord(slab, sizeClass) + FRONTIER_OFFSET;
  }

  /** Returns the address of the removals word of (slab, class): see SharedWords. */
  public long removalsWord(int slab, int sizeClass) {
    return words
        + REMOVALS_OFFSET
        + ((long) slab << SLAB_REMOVALS_SHIFT)
        + ((long) sizeClass << REMOVALS_SHIFT);
  }

  /** Returns the address of the word that counts the lost slots of a class. */
  public long lostWord(int sizeClass) {
    return words + LOST_OFFSET + ((long) sizeClass << REMOVALS_SHIFT);
  }

  /** Returns the address of {@link #UNUSED_BYTES} that nobody accesses, behind the shared words. */
  public long unused() {
    return words + ANNEX_WORDS_OFFSET - UNUSED_BYTES;
  }

  /** Returns the first address behind the shared words of a region and its annex. */
  public long wordsEnd() {
    return words + 2 * ANNEX_WORDS_OFFSET;
  }

  /** Returns the first address of the area of (slab, class). */
  public long area(int slab, int sizeClass) {
    return base + ((((long) slab << classBits) | (sizeClass & classMask())) << areaBits);
  }

  /** Returns the address of the slot of (slab, class) whose code is {@code code}, not 0. */
  public long address(int slab, int sizeClass, int code) {
    return area(slab, sizeClass) + ((Integer.toUnsignedLong(code) - 1) << sizeClass);
  }

  /** Tells whether {@code address} lies in the region. */
  public boolean contains(long address) {
    return (address - base) >>> regionBits == 0;
  }

  /** Returns the slab of an address in the region. */
  public int slabOf(long address) {
    return (int) ((address - base) >>> (areaBits + classBits));
  }

  /** Returns the size class of an address in the region; 0 in an annex, which does not tell it. */
  public int classOf(long address) {
    return (int) (address >>> areaBits) & classMask();
  }

  private int classMask() {
    return (1 << classBits) - 1;
  }

  /** Returns the number of the slot that an address of {@code sizeClass} lies in. */
  public long slotOf(long address, int sizeClass) {
    return (address & ((1L << areaBits) - 1)) >>> sizeClass;
  }

  /** Returns the code of the slot that an address of {@code sizeClass} lies in. */
  public int codeOf(long address, int sizeClass) {
    return (int) (slotOf(address, sizeClass) + 1);
  }

  /** Returns how many bytes into its slot of {@code sizeClass} an address is. */
  public long offsetInSlot(long address, int sizeClass) {
    return address & ((1L << sizeClass) - 1);
  }
}
