package org.smalloc4j.internal.slab;

import static org.smalloc4j.internal.slab.OwnedSlab.STACK;
import static org.smalloc4j.internal.slab.OwnedSlab.THRESHOLD;
import static org.smalloc4j.internal.slab.OwnedSlab.WORD;
import static org.smalloc4j.internal.slab.OwnedSlab.WORD_FIRST_SLOT;

import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * Free slots of an owner as bits, 64 to a word, which are handed out in address order and without a
 * look at the slot. Wait-free; for each slab used by its owner alone.
 *
 * @param layout where the words lie
 * @param words for the frontier, beyond which no bit is set
 */
record FreeWords(StashLayout layout, SharedWords words) {
  /*
   * Idea: mallocs that follow each other get neighbours, whatever the order of the frees was.
   *
   *   current   the word that slots are taken from, lowest bit first
   *   stack     words to go on with. A word joins it when THRESHOLD of its bits are set, so that
   *             finding it pays for several mallocs.
   *
   * A word loses bits only while it is current, and is replaced when it is 0; so it passes the
   * threshold once between two times of being current, and is on the stack once at most.
   *
   * Invariants: a bit is 1 only for a slot that is free and nowhere else; a word on the stack is not
   * current; a word that is neither has fewer than THRESHOLD bits.
   *
   * Source of the bits: phkmalloc (P.-H. Kamp, "Malloc(3) revisited", USENIX 1998).
   */

  /** Offset of the address of the next word of the stack in a free word. */
  private static final int NEXT = 8;

  /** Takes the first slot of the current word; returns its address, or NONE. */
  long take(OwnedSlab own, int sizeClass) {
    long word = RawMemory.address(own.get(WORD, sizeClass));
    long bits = RawMemory.loadPlain(word);
    if (bits == 0) {
      return SharedWords.NONE;
    }
    RawMemory.storePlain(word, bits & (bits - 1));
    long slot = Long.numberOfTrailingZeros(bits);
    return own.get(WORD_FIRST_SLOT, sizeClass) + (slot << sizeClass);
  }

  /**
   * Puts a slot back.
   *
   * @throws IllegalStateException if it is there already
   */
  void put(OwnedSlab own, int sizeClass, long address) {
    long slot = layout.region().slotOf(address, sizeClass);
    long word = layout.freeWord(own.slab, sizeClass, slot);
    long before = RawMemory.loadPlain(word);
    long bits = before | (1L << slot);
    if (bits == before) {
      throw SharedWords.doubleFree(address);
    }
    RawMemory.storePlain(word, bits);
    if (Long.bitCount(bits) == own.get(THRESHOLD, sizeClass) && word != own.get(WORD, sizeClass)) {
      push(own, sizeClass, word);
    }
  }

  /** Makes the word on top of the stack current, in place of one that is 0; false without one. */
  boolean next(OwnedSlab own, int sizeClass) {
    long word = own.get(STACK, sizeClass);
    if (word == 0) {
      return false;
    }
    own.set(STACK, sizeClass, RawMemory.loadPlain(word + NEXT));
    own.set(WORD, sizeClass, word);
    own.set(WORD_FIRST_SLOT, sizeClass, layout.firstSlot(own.slab, sizeClass, word));
    return true;
  }

  /** Lowers the threshold to 1, and pushes the words that were below it. */
  void pushAll(OwnedSlab own, int sizeClass) {
    long threshold = own.get(THRESHOLD, sizeClass);
    if (threshold == 1) {
      return;
    }
    own.set(THRESHOLD, sizeClass, 1);
    long frontier = words.frontier(own.slab, sizeClass);
    for (long slot = 0; slot < frontier; slot += StashLayout.WORD_SLOTS) {
      long word = layout.freeWord(own.slab, sizeClass, slot);
      int bits = Long.bitCount(RawMemory.loadPlain(word));
      if (bits > 0 && bits < threshold && word != own.get(WORD, sizeClass)) {
        push(own, sizeClass, word);
      }
    }
  }

  /** Raises the threshold again; all words are 0. */
  void raiseThreshold(OwnedSlab own, int sizeClass) {
    own.set(THRESHOLD, sizeClass, StashLayout.wordThreshold(sizeClass));
  }

  private void push(OwnedSlab own, int sizeClass, long word) {
    RawMemory.storePlain(word + NEXT, own.get(STACK, sizeClass));
    own.set(STACK, sizeClass, word);
  }

  /** Counts the slots of a class; exact while its owner is not at it. */
  long count(OwnedSlab own, int sizeClass) {
    long frontier = words.frontier(own.slab, sizeClass);
    long count = 0;
    for (long slot = 0; slot < frontier; slot += StashLayout.WORD_SLOTS) {
      count += Long.bitCount(RawMemory.loadPlain(layout.freeWord(own.slab, sizeClass, slot)));
    }
    return count;
  }
}
