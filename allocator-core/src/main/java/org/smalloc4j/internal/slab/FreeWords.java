package org.smalloc4j.internal.slab;

import static org.smalloc4j.internal.slab.Line.load;
import static org.smalloc4j.internal.slab.Line.loadAddress;
import static org.smalloc4j.internal.slab.Line.secondHalf;
import static org.smalloc4j.internal.slab.Line.store;

import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * Free slots of an owner as bits, 64 to a word, which are handed out in address order and without a
 * look at the slot. Wait-free; each line is used by one thread at a time.
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

  void prepare(long line, int slab, int sizeClass) {
    store(line + Line.WORD, layout.noFreeWord(slab));
    store(secondHalf(line) + Line.THRESHOLD, StashLayout.wordThreshold(sizeClass));
  }

  /** Takes the first slot of the current word; returns its address, or NONE. */
  long take(long line, int sizeClass) {
    long word = loadAddress(line + Line.WORD);
    long bits = load(word);
    if (bits == 0) {
      return SharedWords.NONE;
    }
    store(word, bits & (bits - 1));
    long slot = Long.numberOfTrailingZeros(bits);
    return load(line + Line.WORD_FIRST_SLOT) + (slot << sizeClass);
  }

  /**
   * Puts a slot back.
   *
   * @throws IllegalStateException if it is there already
   */
  void put(long line, int sizeClass, long address) {
    long slot = layout.region().slotOf(address, sizeClass);
    long word = RawMemory.address(layout.freeWord(layout.slabOf(line), sizeClass, slot));
    long before = load(word);
    long bits = before | (1L << slot);
    if (bits == before) {
      throw SharedWords.doubleFree(address);
    }
    store(word, bits);
    long rest = secondHalf(line);
    if (Long.bitCount(bits) == load(rest + Line.THRESHOLD) && word != load(line + Line.WORD)) {
      push(rest, word);
    }
  }

  /** Makes the word on top of the stack current, in place of one that is 0; false without one. */
  boolean next(long line, int sizeClass) {
    long rest = secondHalf(line);
    long word = load(rest + Line.STACK);
    if (word == 0) {
      return false;
    }
    store(rest + Line.STACK, load(word + NEXT));
    store(line + Line.WORD, word);
    store(line + Line.WORD_FIRST_SLOT, layout.firstSlot(layout.slabOf(line), sizeClass, word));
    return true;
  }

  /** Lowers the threshold to 1, and pushes the words that were below it. */
  void pushAll(long line, int sizeClass) {
    long rest = secondHalf(line);
    long threshold = load(rest + Line.THRESHOLD);
    if (threshold == 1) {
      return;
    }
    store(rest + Line.THRESHOLD, 1);
    int slab = layout.slabOf(line);
    long frontier = words.frontier(slab, sizeClass);
    for (long slot = 0; slot < frontier; slot += StashLayout.WORD_SLOTS) {
      long word = layout.freeWord(slab, sizeClass, slot);
      int bits = Long.bitCount(load(word));
      if (bits > 0 && bits < threshold && word != load(line + Line.WORD)) {
        push(rest, word);
      }
    }
  }

  /** Raises the threshold again; all words are 0. */
  void raiseThreshold(long line, int sizeClass) {
    store(secondHalf(line) + Line.THRESHOLD, StashLayout.wordThreshold(sizeClass));
  }

  private static void push(long rest, long word) {
    store(word + NEXT, load(rest + Line.STACK));
    store(rest + Line.STACK, word);
  }

  /** Counts the slots of a class of a slab; exact while its owner is not at it. */
  long count(int slab, int sizeClass) {
    long frontier = words.frontier(slab, sizeClass);
    long count = 0;
    for (long slot = 0; slot < frontier; slot += StashLayout.WORD_SLOTS) {
      count += Long.bitCount(load(layout.freeWord(slab, sizeClass, slot)));
    }
    return count;
  }
}
