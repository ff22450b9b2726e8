package org.smalloc4j.internal.raw;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Stands before the core's class of this name on the class path of this module's unit tests, so
 * that the core's own class files run on an array that Lincheck can see. It has the words and the
 * four slots of one size class alone: the largest of slab 0 in a smallest region.
 */
public final class RawMemory {
  private static final int AREA_BITS = 17;
  private static final int SLOT_BITS = 15;
  private static final int CELLS = 6;

  // Set anew for each run of a scenario.
  private static AtomicLongArray words = new AtomicLongArray(CELLS);
  private static int[] links = new int[CELLS];

  private RawMemory() {}

  /** Starts with all words and links zero. */
  public static void clear() {
    words = new AtomicLongArray(CELLS);
    links = new int[CELLS];
  }

  /** The head word, the frontier word, then the slots. */
  private static int cell(long address) {
    boolean isWord = (address >>> AREA_BITS & 31) == 0;
    return isWord ? (int) (address >>> 3 & 1) : 2 + (int) (address >>> SLOT_BITS & 3);
  }

  /** As in the core. */
  public static long loadAcquire(long address) {
    return words.get(cell(address));
  }

  /** As in the core. */
  public static boolean casVolatile(long address, long expected, long replacement) {
    return words.compareAndSet(cell(address), expected, replacement);
  }

  /** As in the core. */
  public static int loadLinkPlain(long address) {
    return isLength(address) ? 0 : links[cell(address)];
  }

  /** As in the core. */
  public static void storeLinkPlain(long address, int link) {
    if (!isLength(address)) {
      links[cell(address)] = link;
    }
  }

  /** Lengths of lists, which no operation here depends on, are left out: they would be switches. */
  private static boolean isLength(long address) {
    return (address & Integer.BYTES) != 0;
  }

  /** As in the core; of a slot alone. */
  public static void storePlain(long address, long linkAndLength) {
    links[cell(address)] = (int) linkAndLength;
  }

  /** As in the core. */
  public static long addVolatile(long address, long delta) {
    return words.getAndAdd(cell(address), delta);
  }
}
