package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.PurgedLayout;
import org.smalloc4j.internal.raw.RawMemory;

/** The slots of freed lists as bits: a list in the order of its addresses. One thread at a time. */
final class Marks {
  /*
   * A list is walked through once, slot by slot, and a bit is set for each. All bits are 0 before and
   * after a purge.
   *
   * A link that is damaged ends its list: the slots behind it are lost. A list that is a cycle is
   * lost as a whole, since what was freed twice may be live.
   */

  private final SharedWords words;
  private final LargeBlocks large;
  private @Nullable IllegalStateException damage;

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
   * Marks the slots of a list that was taken.
   *
   * @param list the list, not empty
   * @param frontier the slots of the area that were handed out
   * @return how many slots are on the list no more, marked or lost
   */
  int set(long list, int slab, int sizeClass, long frontier) {
    int code = TakenList.first(list);
    int marked = 0;
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
    return after != before;
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
    return PurgedLayout.marks(words.purged().layout().word(slab, sizeClass, slot));
  }
}
