package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.raw.RawMemory;

/**
 * The words of a line: the stash of one (slab, class). One thread at a time uses them, apart from
 * {@link #OWNER}.
 *
 * <p>malloc and free find what they need in the first 64 bytes; the second half, at another place,
 * has what they need now and then.
 */
final class Line {
  /** Thread id of the owner, 0 until there is one. Read racily by others: see Owners. */
  static final int OWNER = 0;

  /** Address of the magazine's last entry in use; the entry below its first is 0. */
  static final int TOP = 8;

  /** The top of a full magazine; 0 in a line that never had an owner. */
  static final int LIMIT = 16;

  /** The next slot of the run; all slots below it were handed out. */
  static final int RUN = 24;

  /** The slot size minus 1. */
  static final int SLOT_MASK = 32;

  /** Address of the current free word, and of the slot of its lowest bit. */
  static final int WORD = 40;

  static final int WORD_FIRST_SLOT = 48;

  /** Address of the second half. */
  static final int SECOND_HALF = 56;

  /** Second half: address of the free word on top of the stack; 0 if there is none. */
  static final int STACK = 0;

  /** Second half: bits that a free word has when it joins the stack. */
  static final int THRESHOLD = 8;

  /** Second half: the first slot behind the run. */
  static final int RUN_END = 16;

  /** Second half: code of the first slot of the returned list, and the largest it can lead to. */
  static final int RETURNED = 24;

  static final int RETURNED_FRONTIER = 32;

  private Line() {}

  /** Returns the address of a line's second half. */
  static long secondHalf(long line) {
    return loadAddress(line + SECOND_HALF);
  }

  static long load(long word) {
    return RawMemory.loadPlain(word);
  }

  static long loadAddress(long word) {
    return RawMemory.address(RawMemory.loadPlain(word));
  }

  static void store(long word, long value) {
    RawMemory.storePlain(word, value);
  }
}
