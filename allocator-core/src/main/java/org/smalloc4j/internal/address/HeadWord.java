package org.smalloc4j.internal.address;

/**
 * Codec of a head word, the top of a freed list with its ABA counter.
 *
 * <pre>
 *   63            32 31             0
 *  +----------------+----------------+
 *  |  pushes : 32   |   top : 32     |      top: code of the first free slot, 0 = empty
 *  +----------------+----------------+
 * </pre>
 *
 * The counter counts the slots pushed, one by one or in chains, and changes with nothing else. A
 * popper that read top A and A's link may only succeed if A has been the top with the same link
 * ever since: A can come back to the top only by a push, or by pops of slots that were pushed above
 * it, and either changes the counter.
 */
public final class HeadWord {
  private static final long TOP_MASK = 0xFFFF_FFFFL;
  private static final long ONE_PUSH = 1L << Integer.SIZE;

  private HeadWord() {}

  /** Returns the code of the first free slot, 0 if there is none. */
  public static int top(long head) {
    return (int) head;
  }

  /** Returns the number of slots pushed so far, modulo 2^32. */
  public static int pushes(long head) {
    return (int) (head >>> Integer.SIZE);
  }

  /** Returns the head after a push of one slot, the first from now on. */
  public static long pushed(long head, int top) {
    return pushed(head, top, 1);
  }

  /** Returns the head after a push of a chain of slots, 1 or more, that begins with {@code top}. */
  public static long pushed(long head, int top, int slots) {
    return ((head & ~TOP_MASK) + slots * ONE_PUSH) | Integer.toUnsignedLong(top);
  }

  /** Returns the head after a pop, or a take of everything (0), that leaves {@code top} first. */
  public static long popped(long head, int top) {
    return (head & ~TOP_MASK) | Integer.toUnsignedLong(top);
  }
}
