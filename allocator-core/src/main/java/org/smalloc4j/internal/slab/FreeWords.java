package org.smalloc4j.internal.slab;

import static org.smalloc4j.internal.slab.OwnedSlab.STACK;
import static org.smalloc4j.internal.slab.OwnedSlab.THRESHOLD;
import static org.smalloc4j.internal.slab.OwnedSlab.TOP;

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
   *   stack   words to go on with, linked; its end is the word that no slot has. A word joins it
   *           when THRESHOLD of its bits are set, so that finding it pays for several mallocs, and
   *           leaves it when it is 0.
   *
   * Slots come and go in batches, to an empty magazine and from a full one, which pays for leaving
   * the fast paths.
   *
   * Invariants: a bit is 1 only for a slot that is free and nowhere else; a word is on the stack if
   * its NEXT is not 0; one that is not has fewer than THRESHOLD bits.
   *
   * Source of the bits: phkmalloc (P.-H. Kamp, "Malloc(3) revisited", USENIX 1998).
   */

  /** Offset in a free word of the address of the next one on the stack. */
  private static final int NEXT = 8;

  /** Words of the stack of another owner that are looked at. */
  private static final int MOST_LOOKS = 24;

  /** Slots that leave a full magazine together, at the most. */
  static final int BATCH = 64;

  // What a free that finds the magazine full may cost; a slot is one load and a round of a loop, a
  // word two loads and two stores. 40 slots of as many words, or all 64 of up to 28.
  static final int BATCH_STEPS = 240;

  private static final int SLOT_STEPS = 2;
  private static final int WORD_STEPS = 4;

  /**
   * Takes the first slots of the word on top of the stack, as many as go into the magazine, which
   * is empty, and one more.
   *
   * @return that one, which is the first, or {@link SharedWords#NONE} if there are none
   */
  long take(OwnedSlab own, int sizeClass) {
    return hasEmptyStack(own, sizeClass)
        ? SharedWords.NONE
        : take(own, own, sizeClass, own.room(sizeClass));
  }

  /**
   * Takes the first slots of the word on top of the stack, one of them for the caller.
   *
   * @param to whose magazine the others go to, which has room for them
   * @param most how many others, at the most
   * @return the first, or {@link SharedWords#NONE} if there are none
   */
  long take(OwnedSlab own, OwnedSlab to, int sizeClass, int most) {
    if (hasEmptyStack(own, sizeClass)) {
      return SharedWords.NONE;
    }
    long word = own.get(STACK, sizeClass);
    long bits = RawMemory.loadPlain(word);
    long firstSlot = layout.firstSlot(own.slab, sizeClass, word);
    long others = bits & (bits - 1);
    long left = beyondFirst(most, others);
    RawMemory.storePlain(word, left);
    if (left == 0) {
      own.set(STACK, sizeClass, RawMemory.loadPlain(word + NEXT));
      RawMemory.storePlain(word + NEXT, 0);
    }
    long entry = RawMemory.address(to.get(TOP, sizeClass));
    for (long moved = others ^ left; moved != 0; ) {
      int slot = Long.SIZE - 1 - Long.numberOfLeadingZeros(moved);
      entry += Long.BYTES;
      RawMemory.storePlain(entry, firstSlot + ((long) slot << sizeClass));
      moved ^= 1L << slot;
    }
    to.set(TOP, sizeClass, entry);
    return firstSlot + ((long) Long.numberOfTrailingZeros(bits) << sizeClass);
  }

  /** Returns the bits without the lowest of them. */
  private static long beyondFirst(int count, long bits) {
    if (count >= Long.bitCount(bits)) {
      return 0;
    }
    long left = bits;
    for (int i = 0; i < count; i++) {
      left &= left - 1;
    }
    return left;
  }

  /**
   * Puts back the slots that are on top of the magazine, which is full; there is one of this slab
   * at least. One of which a second free is found out leaves the magazine, and the others stay.
   *
   * @param mostSteps what that may cost; {@link #BATCH_STEPS} at the most
   * @throws IllegalStateException if one of them is there already
   */
  void putTopOfMagazine(OwnedSlab own, int sizeClass, int mostSteps) {
    long area = layout.region().area(own.slab, sizeClass);
    long firstWord = layout.freeWord(own.slab, sizeClass, 0);
    long word = own.get(STACK, sizeClass); // any that can be read; nothing is added to it
    long before = RawMemory.loadPlain(word);
    long bits = before;
    long entry = RawMemory.address(own.get(TOP, sizeClass));
    long end = entry - (long) Math.min(BATCH, own.ownOnTop(sizeClass)) * Long.BYTES;
    for (int steps = mostSteps; entry != end && steps > 0; steps -= SLOT_STEPS) {
      long address = RawMemory.loadPlain(entry);
      long slot = (address - area) >>> sizeClass;
      long itsWord = StashLayout.wordOf(firstWord, slot);
      entry -= Long.BYTES;
      if (itsWord != word) {
        set(own, sizeClass, word, before, bits);
        word = itsWord;
        before = RawMemory.loadPlain(word);
        bits = before;
        steps -= WORD_STEPS;
      }
      if ((bits >>> slot & 1) != 0) {
        set(own, sizeClass, word, before, bits);
        own.set(TOP, sizeClass, entry);
        throw SharedWords.doubleFree(address);
      }
      bits |= 1L << slot;
    }
    set(own, sizeClass, word, before, bits);
    own.set(TOP, sizeClass, entry);
  }

  /** Sets bits of a word that had {@code before}, and pushes it if they are enough now. */
  private static void set(OwnedSlab own, int sizeClass, long word, long before, long bits) {
    if (bits == before) {
      return;
    }
    RawMemory.storePlain(word, bits);
    long threshold = own.get(THRESHOLD, sizeClass);
    if (Long.bitCount(before) < threshold && Long.bitCount(bits) >= threshold) {
      pushIfNotThere(own, sizeClass, word);
    }
  }

  /** Adds slots of one word, which are nowhere else, and which leave it before the others. */
  void add(OwnedSlab own, int sizeClass, long slot, long bits) {
    if (bits != 0) {
      long word = layout.freeWord(own.slab, sizeClass, slot);
      RawMemory.storePlain(word, RawMemory.loadPlain(word) | bits);
      pushIfNotThere(own, sizeClass, word);
    }
  }

  /** Lowers the threshold to 1, and pushes the words that were below it; false if none was. */
  boolean pushAll(OwnedSlab own, int sizeClass) {
    if (own.get(THRESHOLD, sizeClass) == 1) {
      return false;
    }
    long before = own.get(STACK, sizeClass);
    own.set(THRESHOLD, sizeClass, 1);
    long frontier = words.frontier(own.slab, sizeClass);
    for (long slot = 0; slot < frontier; slot += StashLayout.WORD_SLOTS) {
      long word = layout.freeWord(own.slab, sizeClass, slot);
      if (RawMemory.loadPlain(word) != 0) {
        pushIfNotThere(own, sizeClass, word);
      }
    }
    return own.get(STACK, sizeClass) != before;
  }

  /** Raises the threshold again, unless slots are scarce; all words are 0. */
  void raiseThreshold(OwnedSlab own, int sizeClass) {
    if (!words.limit().isScarce()) {
      own.set(THRESHOLD, sizeClass, StashLayout.wordThreshold(sizeClass));
    }
  }

  /** Gives all slots to the marks of those that are sorted, word by word. */
  void moveTo(Marks marks, OwnedSlab own, int sizeClass) {
    pushAll(own, sizeClass);
    while (!hasEmptyStack(own, sizeClass)) {
      long slot = firstOfTop(own, sizeClass);
      marks.addWord(slot, takeTop(own, sizeClass));
    }
    raiseThreshold(own, sizeClass);
  }

  /** Returns the number of the first slot, free or not, of the word on top of the stack. */
  long firstOfTop(OwnedSlab own, int sizeClass) {
    long firstSlot = layout.firstSlot(own.slab, sizeClass, own.get(STACK, sizeClass));
    return layout.region().slotOf(firstSlot, sizeClass);
  }

  /** Takes all slots of the word on top of the stack, which is not empty; returns its bits. */
  long takeTop(OwnedSlab own, int sizeClass) {
    long word = own.get(STACK, sizeClass);
    long bits = RawMemory.loadPlain(word);
    RawMemory.storePlain(word, 0);
    own.set(STACK, sizeClass, RawMemory.loadPlain(word + NEXT));
    RawMemory.storePlain(word + NEXT, 0);
    return bits;
  }

  private static void pushIfNotThere(OwnedSlab own, int sizeClass, long word) {
    if (RawMemory.loadPlain(word + NEXT) == 0) {
      RawMemory.storePlain(word + NEXT, own.get(STACK, sizeClass));
      own.set(STACK, sizeClass, word);
    }
  }

  /** Tells whether no bit is set; false also if words that are not on the stack were to be read. */
  static boolean areEmpty(OwnedSlab own, int sizeClass) {
    return own.get(THRESHOLD, sizeClass) == 1 && hasEmptyStack(own, sizeClass);
  }

  static boolean hasEmptyStack(OwnedSlab own, int sizeClass) {
    return RawMemory.loadPlain(own.get(STACK, sizeClass)) == 0;
  }

  /**
   * Tells, to any thread, as {@link Stash#seemsToHold}, of the words on top of the stack; more of
   * them than are looked at seem to hold enough.
   */
  boolean seemToHold(OwnedSlab other, int sizeClass, long slots) {
    long count = 0;
    long word = other.get(STACK, sizeClass);
    for (int i = 0; word != 0 && count < slots; i++) {
      if (i == MOST_LOOKS) {
        return true;
      }
      count += Long.bitCount(RawMemory.loadPlain(word));
      word = RawMemory.loadPlain(word + NEXT); // 0, or a word of the same area: always mapped
    }
    return count >= slots;
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
