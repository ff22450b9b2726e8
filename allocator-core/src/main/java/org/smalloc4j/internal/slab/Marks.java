package org.smalloc4j.internal.slab;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.SlotSetLayout;
import org.smalloc4j.internal.raw.RawMemory;

/** Slots that are to be sorted, as bits: in the order of their addresses. One thread at a time. */
final class Marks {
  /*
   * A list is walked through once, slot by slot, and a bit is set for each. All bits are 0 before and
   * after a purge. Which words have some is remembered, so that a few slots cost no look at all the
   * words of an area; of many only the lowest and the highest.
   *
   * A link that is damaged ends its list: the slots behind it are lost. A list that is a cycle is
   * lost as a whole, since what was freed twice may be live.
   */

  private static final int WORD_SLOTS = SlotSetLayout.WORD_SLOTS;
  private static final int MOST_TOUCHED = 64;

  private final SharedWords words;
  private final LargeBlocks large;

  private int slab;
  private int sizeClass;
  private @Nullable IllegalStateException damage;

  /** The first slots of the words that were touched, while they are few. */
  private final long[] touched = new long[MOST_TOUCHED];

  private int touches;
  private long lowest;
  private long highest;

  /** Creates marks for the slots of a region, none set. */
  Marks(SharedWords words, LargeBlocks large) {
    this.words = words;
    this.large = large;
  }

  /** Returns the first damage that was met since the last call, null if none was. */
  @Nullable IllegalStateException takeDamage() {
    IllegalStateException met = damage;
    damage = null;
    return met;
  }

  /** Begins with an area. */
  void begin(int slab, int sizeClass) {
    this.slab = slab;
    this.sizeClass = sizeClass;
    touches = 0;
    lowest = Long.MAX_VALUE;
    highest = 0;
  }

  /**
   * Marks the slots of a list that was taken.
   *
   * @param list the list, not empty
   * @param frontier the slots of the area that were handed out
   * @return how many slots are on the list no more, marked or lost
   */
  int addList(long list, long frontier) {
    int code = TakenList.first(list);
    int marked = 0;
    while (tryAdd(Integer.toUnsignedLong(code) - 1)) {
      marked++;
      long address = words.layout().address(slab, sizeClass, code);
      if (LargeBlocks.isLarge(sizeClass)) {
        large.beforeTrim(address);
      }
      int link = RawMemory.loadLinkPlain(address); // plain: the slot is this thread's
      if (link == 0) {
        return marked;
      }
      if (SharedWords.isDamaged(link, code, frontier)) {
        return lose(list, marked, SharedWords.damaged(address, link));
      }
      code = link;
    }
    clear(TakenList.first(list), marked);
    long address = words.layout().address(slab, sizeClass, code);
    return lose(list, 0, SharedWords.damaged(address, RawMemory.loadLinkPlain(address)));
  }

  /** Counts the slots of a list behind the first ones as lost; returns how many it had. */
  private int lose(long list, int marked, IllegalStateException met) {
    int slots = Math.max(marked, TakenList.slots(list));
    words.counts().lost(sizeClass, slots - marked);
    note(met);
    return slots;
  }

  private void clear(int first, int slots) {
    int code = first;
    for (int i = 0; i != slots; i++) {
      long slot = Integer.toUnsignedLong(code) - 1;
      long marks = marks(slot);
      RawMemory.storePlain(marks, RawMemory.loadPlain(marks) & ~(1L << slot));
      code = RawMemory.loadLinkPlain(words.layout().address(slab, sizeClass, code));
    }
  }

  /** Marks the slot at an address; one that is marked already was freed twice. */
  void add(long address) {
    if (!tryAdd(words.layout().slotOf(address, sizeClass))) {
      note(SharedWords.doubleFree(address));
    }
  }

  private boolean tryAdd(long slot) {
    return addAll(slot, 1L << slot) == 0;
  }

  /** Marks slots of the word of a slot. */
  void addWord(long slot, long bits) {
    long twice = addAll(slot, bits);
    if (twice != 0) {
      long first = (slot & -WORD_SLOTS) + Long.numberOfTrailingZeros(twice);
      note(SharedWords.doubleFree(words.layout().area(slab, sizeClass) + (first << sizeClass)));
    }
  }

  /** Sets bits of a word; returns those that were set already. */
  private long addAll(long slot, long bits) {
    long marks = marks(slot);
    long before = RawMemory.loadPlain(marks);
    RawMemory.storePlain(marks, before | bits);
    if (before == 0) {
      touch(slot & -WORD_SLOTS);
    }
    return before & bits;
  }

  private void touch(long firstSlot) {
    if (touches < MOST_TOUCHED) {
      touched[touches] = firstSlot;
    }
    touches = Math.min(touches, MOST_TOUCHED) + 1;
    lowest = Math.min(lowest, firstSlot);
    highest = Math.max(highest, firstSlot);
  }

  private void note(IllegalStateException met) {
    damage = damage == null ? met : damage;
  }

  /** Ends marking, and begins to go down through the words that have marks, with {@link #next}. */
  void end() {
    if (touches <= MOST_TOUCHED) {
      Arrays.sort(touched, 0, touches);
    }
  }

  /** Returns the first slot of the highest word that has marks, -1 if none has. */
  long next() {
    long slot = nextTouched();
    while (slot >= 0 && RawMemory.loadPlain(marks(slot)) == 0) {
      slot = nextTouched();
    }
    return slot;
  }

  private long nextTouched() {
    if (touches <= MOST_TOUCHED) {
      return touches == 0 ? -1 : touched[--touches];
    }
    highest -= WORD_SLOTS;
    return highest + WORD_SLOTS < lowest ? -1 : highest + WORD_SLOTS;
  }

  /** Returns the marks of the word of a slot, and clears them. */
  long take(long slot) {
    long marks = marks(slot);
    long taken = RawMemory.loadPlain(marks);
    if (taken != 0) {
      RawMemory.storePlain(marks, 0);
    }
    return taken;
  }

  private long marks(long slot) {
    return words.sorted().layout().word(SlotSetLayout.MARKED, slab, sizeClass, slot);
  }
}
