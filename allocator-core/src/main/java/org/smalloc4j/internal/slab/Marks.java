package org.smalloc4j.internal.slab;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.SlotSetLayout;
import org.smalloc4j.internal.raw.RawMemory;

/** The slots of freed lists as bits: a list in the order of its addresses. One thread at a time. */
final class Marks {
  /*
   * A list is walked through once, slot by slot, and a bit is set for each. All bits are 0 before and
   * after a purge. Which words have some is remembered, so that a short list costs no look at all the
   * words of an area; of a long one only the lowest and the highest.
   *
   * A link that is damaged ends its list: the slots behind it are lost. A list that is a cycle is
   * lost as a whole, since what was freed twice may be live.
   */

  private static final int WORD_SLOTS = SlotSetLayout.WORD_SLOTS;
  private static final int MOST_TOUCHED = 64;

  private final SharedWords words;
  private final LargeBlocks large;
  private @Nullable IllegalStateException damage;

  /** The first slots of the words that were touched, while they are few. */
  private final long[] touched = new long[MOST_TOUCHED];

  private int touches;
  private long lowest;
  private long highest;

  /** Creates marks for the lists of a region, none set. */
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

  /**
   * Marks the slots of a list that was taken; none are marked yet.
   *
   * @param list the list, not empty
   * @param frontier the slots of the area that were handed out
   * @return how many slots are on the list no more, marked or lost
   */
  int set(long list, int slab, int sizeClass, long frontier) {
    int code = TakenList.first(list);
    int marked = 0;
    touches = 0;
    lowest = Long.MAX_VALUE;
    highest = 0;
    while (trySet(slab, sizeClass, code)) {
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
        return lose(list, marked, sizeClass, SharedWords.damaged(address, link));
      }
      code = link;
    }
    clear(TakenList.first(list), marked, slab, sizeClass);
    long address = words.layout().address(slab, sizeClass, code);
    int link = RawMemory.loadLinkPlain(address);
    return lose(list, 0, sizeClass, SharedWords.damaged(address, link));
  }

  /** Counts the slots of a list behind the first ones as lost; returns how many it had. */
  private int lose(long list, int marked, int sizeClass, IllegalStateException met) {
    int slots = Math.max(marked, TakenList.slots(list));
    words.counts().lost(sizeClass, slots - marked);
    damage = damage == null ? met : damage;
    return slots;
  }

  private boolean trySet(int slab, int sizeClass, int code) {
    long slot = Integer.toUnsignedLong(code) - 1;
    long marks = marks(slab, sizeClass, slot);
    long before = RawMemory.loadPlain(marks);
    long after = before | 1L << slot;
    RawMemory.storePlain(marks, after);
    if (before == 0) {
      touch(slot & -WORD_SLOTS);
    }
    return after != before;
  }

  private void touch(long firstSlot) {
    if (touches < MOST_TOUCHED) {
      touched[touches] = firstSlot;
    }
    touches = Math.min(touches, MOST_TOUCHED) + 1;
    lowest = Math.min(lowest, firstSlot);
    highest = Math.max(highest, firstSlot);
  }

  /** Begins to go down through the words that have marks, with {@link #next}. */
  void start() {
    if (touches <= MOST_TOUCHED) {
      Arrays.sort(touched, 0, touches);
    }
  }

  /** Returns the first slot of the highest word that has marks, -1 if none has. */
  long next(int slab, int sizeClass) {
    long slot = nextTouched();
    while (slot >= 0 && RawMemory.loadPlain(marks(slab, sizeClass, slot)) == 0) {
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

  private void clear(int first, int slots, int slab, int sizeClass) {
    int code = first;
    for (int i = 0; i != slots; i++) {
      RawMemory.storePlain(marks(slab, sizeClass, Integer.toUnsignedLong(code) - 1), 0);
      code = RawMemory.loadLinkPlain(words.layout().address(slab, sizeClass, code));
    }
  }

  /** Returns the marks of the word of a slot, and clears them. */
  long take(int slab, int sizeClass, long slot) {
    long marks = marks(slab, sizeClass, slot);
    long taken = RawMemory.loadPlain(marks);
    if (taken != 0) {
      RawMemory.storePlain(marks, 0);
    }
    return taken;
  }

  private long marks(int slab, int sizeClass, long slot) {
    return words.sorted().layout().word(SlotSetLayout.MARKED, slab, sizeClass, slot);
  }
}
