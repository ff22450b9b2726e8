package org.smalloc4j.internal.slab;

/**
 * Codec of a list that one thread has to itself: one that was taken from the shared words, or what
 * is left of it, or a chain that is to be pushed.
 *
 * <pre>
 *   63            32 31             0
 *  +----------------+----------------+
 *  |  slots : 32    |  first : 32    |      first: code of the first slot, 0 = no slot is left
 *  +----------------+----------------+
 * </pre>
 *
 * Of a list that an owner took, the number can exceed that of the slots by removals that were under
 * way then (see {@link ListLengths}), and is never less: where the list goes on and the number
 * ends, a slot was freed twice.
 */
final class TakenList {
  private static final long FIRST_MASK = 0xFFFF_FFFFL;

  private TakenList() {}

  /** Returns a list of some slots. */
  static long of(int slots, int first) {
    return (long) slots << Integer.SIZE | Integer.toUnsignedLong(first);
  }

  /** Returns the code of the first slot, 0 if there is none. */
  static int first(long list) {
    return (int) list;
  }

  /** Returns how many slots there are at the most. */
  static int slots(long list) {
    return (int) (list >>> Integer.SIZE);
  }

  /** Returns what is left of a list without its first slot, whose link is {@code link}. */
  static long rest(long list, int link) {
    return (list & ~FIRST_MASK) - (1L << Integer.SIZE) | Integer.toUnsignedLong(link);
  }

  /** Tells whether a link goes on where the list's number ends. */
  static boolean isTooLong(long list, int link) {
    return list >>> (Integer.SIZE + 1) == 0 && link != 0;
  }
}
