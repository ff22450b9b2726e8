package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.SlotSetLayout;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.os.VirtualMemory;

/**
 * Sorts freed lists, one after the other, and gives the OS pages on which all slots are free back
 * to the operating system. What it does is in proportion to the slots that were freed since it was
 * there last. One at a time per heap; malloc and free go on.
 */
final class Purge {
  /*
   * Per slab and class:
   *
   *   mark    Take the whole list, and mark its slots: now they are in order. Those of a stash that
   *           is the caller's too, without a look at the slots.
   *   sweep   From the last marked slot down to the first: a chunk, an OS page or a slot if that is
   *           larger, whose slots are all free joins the piece that is to go back. The slots of
   *           other chunks are sorted now, and keep their memory (SortedSlots).
   *   flush   Give a piece back to the system, as one stretch. One that ends at the frontier lowers
   *           that; the slots of any other are purged now. What the system refuses is cleared in its
   *           place, so that this is true of it as well.
   *
   * A chunk that reaches beyond the frontier is cleared and not given back: the slots there may be
   * claimed at any time. One that is purged already does not go back again, unless with the frontier.
   *
   *   keep    For a tick, and of what an owner at work gives: all slots are kept, full chunks too, and
   *           the area is noted for the next reclaim, which looks at all that is kept there. A slot
   *           that is freed is on a list or in a stash first. So what is kept when the next tick
   *           begins was free at both and not handed out in between, but for what a trim or an owner
   *           has sorted since, which looks alike.
   *
   * Nothing here needs Java heap but for an error; the caller has asked for the stack.
   */

  private static final int WORD_SLOTS = SlotSetLayout.WORD_SLOTS;

  private final SharedWords words;
  private final StashDrain drain;
  private final SlotSet kept;
  private final SlotSet purged;
  private final Marks marks;
  private final Piece piece;
  private final VirtualMemory os;
  private final long osPageBytes;

  private int slab;
  private int sizeClass;
  private long area;
  private long frontier;

  /** Words that are swept together: of one chunk, or one word of several chunks. */
  private int wordCount;

  /** Of those words: the free slots that have memory, and those that have none. */
  private final long[] free;

  private final long[] gone;

  /** Whether all slots are kept: what is full goes back another time. */
  private boolean isKeeping;

  /**
   * For each class the slabs whose kept slots nobody has looked at since all were kept, as bits.
   */
  private final long[] unseen = new long[SizeClass.COUNT];

  private @Nullable IllegalStateException damage;

  /** Creates what purges a heap, any number of times. */
  Purge(SharedWords words, StashDrain drain, LargeBlocks large, VirtualMemory os) {
    this.words = words;
    this.drain = drain;
    this.os = os;
    kept = words.sorted().kept();
    purged = words.sorted().purged();
    marks = new Marks(words, large);
    osPageBytes = os.osPageBytes();
    piece = new Piece(words, os);
    int mostWords = (int) (osPageBytes >> SizeClass.SMALLEST) / WORD_SLOTS;
    free = new long[mostWords];
    gone = new long[mostWords];
  }

  /** Begins to count what is given back, or ends it. */
  void count(boolean isCounting) {
    piece.count(isCounting);
  }

  /** Returns the bytes that were resident and no longer are, since the last call. */
  long takeBytesGivenBack() {
    return piece.takeBytesGivenBack();
  }

  /** Returns the first damage that was met since the last call, null if none was. */
  @Nullable IllegalStateException takeDamage() {
    IllegalStateException met = damage == null ? marks.takeDamage() : damage;
    damage = null;
    return met;
  }

  /**
   * Purges what an area has on its freed list, and in a stash.
   *
   * @param own the slab if its stash is the caller's, else {@link OwnedSlab#NONE}
   * @return whether the frontier was lowered
   */
  boolean purge(int slab, int sizeClass, OwnedSlab own) {
    isKeeping = false;
    return sweepFreed(slab, sizeClass, own) && words.frontier(slab, sizeClass) < frontier;
  }

  /**
   * Sorts what an area has on its freed list, and in a stash: all of it is kept, for {@link
   * #purgeKept} to look at.
   *
   * @param own as for {@link #purge}
   */
  void keep(int slab, int sizeClass, OwnedSlab own) {
    isKeeping = true;
    if (sweepFreed(slab, sizeClass, own)) {
      unseen[sizeClass] |= 1L << slab;
    }
  }

  /** Keeps, as {@link #keep}, the slots of the first free word of a stash, which has one. */
  void keepWord(OwnedSlab own, int sizeClass) {
    begin(own.slab, sizeClass);
    FreeWords freeWords = drain.stash().freeWords();
    long slot = freeWords.firstOfTop(own, sizeClass);
    long bits = freeWords.takeTop(own, sizeClass);
    long known = kept.bits(slab, sizeClass, slot) | purged.bits(slab, sizeClass, slot);
    kept.put(slab, sizeClass, slot, notFreedTwice(slot, bits, known));
    unseen[sizeClass] |= 1L << slab;
  }

  /**
   * Purges what of an area is kept, unless it has been looked at since.
   *
   * @return whether the frontier was lowered
   */
  boolean purgeKept(int slab, int sizeClass) {
    long bit = 1L << slab;
    if ((unseen[sizeClass] & bit) == 0) {
      return false;
    }
    unseen[sizeClass] ^= bit;
    isKeeping = false;
    begin(slab, sizeClass);
    frontier = words.frontier(slab, sizeClass);
    piece.begin(slab, sizeClass, frontier);
    long step = wordCount * (long) WORD_SLOTS;
    long first = (frontier - 1) & -step;
    for (; first >= 0 && !kept.isEmpty(slab, sizeClass); first -= step) {
      if (hasKept(first)) {
        sweepDown(first);
      }
    }
    piece.flush();
    dropWords(OwnedSlab.NONE);
    return words.frontier(slab, sizeClass) < frontier;
  }

  private boolean hasKept(long firstSlot) {
    long bits = 0;
    for (int i = 0; i < wordCount; i++) {
      bits |= kept.bits(slab, sizeClass, firstSlot + i * (long) WORD_SLOTS);
    }
    return bits != 0;
  }

  private void begin(int slab, int sizeClass) {
    this.slab = slab;
    this.sizeClass = sizeClass;
    area = words.layout().area(slab, sizeClass);
    wordCount = (int) Math.max(1, chunkSlots() / WORD_SLOTS);
    marks.begin(slab, sizeClass);
  }

  /** Takes what is free and sweeps it; returns false if there is nothing. */
  private boolean sweepFreed(int slab, int sizeClass, OwnedSlab own) {
    boolean hasStash = own != OwnedSlab.NONE && !Stash.isEmpty(own, sizeClass);
    if (!hasStash && words.isEmpty(slab, sizeClass)) {
      return false;
    }
    begin(slab, sizeClass);
    long taken = words.takeAll(slab, sizeClass);
    frontier = words.frontier(slab, sizeClass);
    piece.begin(slab, sizeClass, frontier);
    int removed = taken == 0 ? 0 : marks.addList(taken, frontier);
    if (hasStash) {
      drain.moveTo(marks, own, sizeClass);
    }
    marks.end();
    for (long slot = marks.next(); slot >= 0; slot = marks.next()) {
      sweepDown(slot);
    }
    piece.flush();
    words.counts().removed(slab, sizeClass, removed);
    words.limit().noteChange();
    dropWords(own);
    return true;
  }

  /** Gives back words that are all 0: those beyond the frontier, and for a trim more. */
  private void dropWords(OwnedSlab own) {
    long first = (words.frontier(slab, sizeClass) + WORD_SLOTS - 1) & -WORD_SLOTS;
    dropWords(SlotSetLayout.KEPT, first);
    dropWords(SlotSetLayout.PURGED, first);
    if (piece.isCounting()) {
      dropWords(SlotSetLayout.MARKED, 0);
      if (own != OwnedSlab.NONE) {
        StashLayout stashes = drain.stash().layout();
        dropOsPages(
            stashes.freeWord(slab, sizeClass, 0),
            stashes.freeWord(slab, sizeClass, frontier & -WORD_SLOTS));
      }
    }
  }

  private void dropWords(int set, long firstSlot) {
    SlotSetLayout sets = words.sorted().layout();
    dropOsPages(
        sets.word(set, slab, sizeClass, firstSlot),
        sets.word(set, slab, sizeClass, frontier & -WORD_SLOTS));
  }

  private void dropOsPages(long start, long end) {
    long first = (start + osPageBytes - 1) & -osPageBytes;
    long byteSize = (end & -osPageBytes) - first;
    if (byteSize > 0) {
      try {
        os.drop(first, byteSize); // refused: they stay, and are 0
      } catch (StackOverflowError refused) {
        return;
      }
    }
  }

  private long chunkSlots() {
    return Math.max(1, osPageBytes >> sizeClass);
  }

  /** Sweeps the words around a slot and, as long as the frontier can fall, those below. */
  private void sweepDown(long slot) {
    long slots = wordCount * (long) WORD_SLOTS;
    long first = slot & -slots;
    sweep(first);
    while (piece.isAtFrontier(addressOf(first)) && first != 0) {
      first -= slots;
      sweep(first);
    }
  }

  /** Sorts the slots of some words into piece, kept, and purged. */
  private void sweep(long firstSlot) {
    long full = -1;
    for (int i = 0; i < wordCount; i++) {
      long slot = firstSlot + i * (long) WORD_SLOTS;
      long known = kept.bits(slab, sizeClass, slot) | purged.bits(slab, sizeClass, slot);
      free[i] = notFreedTwice(slot, marks.take(slot), known);
      full &= free[i] | known | beyond(slot);
    }
    if (isKeeping || fullChunks(full) == 0) {
      for (int i = 0; i < wordCount; i++) {
        kept.put(slab, sizeClass, firstSlot + i * (long) WORD_SLOTS, free[i]);
      }
    } else {
      sweepFull(firstSlot);
    }
  }

  private void sweepFull(long firstSlot) {
    long full = -1;
    long dirty = 0;
    for (int i = 0; i < wordCount; i++) {
      long slot = firstSlot + i * (long) WORD_SLOTS;
      free[i] |= kept.takeWord(slab, sizeClass, slot);
      gone[i] = purged.takeWord(slab, sizeClass, slot);
      full &= free[i] | gone[i] | beyond(slot);
      dirty |= free[i];
    }
    full = fullChunks(full);
    dirty = chunksWith(dirty) & full;
    for (int i = wordCount - 1; i >= 0; i--) {
      long all = free[i] | gone[i];
      sort(firstSlot + i * (long) WORD_SLOTS, i, full & all, dirty & all);
    }
  }

  /** Returns the bits without those of slots that were free already, and stay so. */
  private long notFreedTwice(long firstSlot, long bits, long known) {
    for (long twice = bits & known; twice != 0; twice &= twice - 1) {
      long slot = firstSlot + Long.numberOfTrailingZeros(twice);
      if ((purged.bits(slab, sizeClass, slot) >>> slot & 1) != 0) {
        Piece.clear(addressOf(slot), addressOf(slot + 1));
      }
      damage = damage == null ? SharedWords.doubleFree(addressOf(slot)) : damage;
    }
    return bits & ~known;
  }

  /**
   * Sorts the slots of a word.
   *
   * @param full those of chunks that are all free
   * @param dirty those of such chunks that do not consist of purged slots alone
   */
  private void sort(long firstSlot, int i, long full, long dirty) {
    kept.put(slab, sizeClass, firstSlot, free[i] & ~full);
    piece.addTaken(Long.bitCount(free[i] & full));
    long stays = gone[i] & ~full;
    for (long left = full; left != 0; ) {
      int end = Long.SIZE - Long.numberOfLeadingZeros(left);
      boolean isDirty = (dirty >>> (end - 1) & 1) != 0;
      long alike = isDirty ? dirty : full & ~dirty;
      int start = end - Long.numberOfLeadingZeros(~(alike << (Long.SIZE - end)));
      long below = (1L << start) - 1;
      if (isDirty || piece.isAtFrontier(addressOf(firstSlot + end))) {
        piece.add(addressOf(firstSlot + start), addressOf(firstSlot + end));
      } else {
        stays |= left & ~below & alike;
      }
      left &= below;
    }
    purged.put(slab, sizeClass, firstSlot, stays);
  }

  /** Returns the bits of a word whose slots lie at the frontier or beyond. */
  private long beyond(long firstSlot) {
    long below = frontier - firstSlot;
    return below >= WORD_SLOTS ? 0 : -1L << Math.max(0, below);
  }

  /** Returns the bits of the chunks of which all bits are set. */
  private long fullChunks(long bits) {
    int chunk = (int) Math.min(chunkSlots(), WORD_SLOTS);
    if (chunk == WORD_SLOTS) {
      return bits == -1 ? bits : 0;
    }
    long starts = bits;
    for (int shift = 1; shift < chunk; shift <<= 1) {
      starts &= starts >>> shift;
    }
    long one = (1L << chunk) - 1;
    return (starts & Long.divideUnsigned(-1, one)) * one;
  }

  /** Returns the bits of the chunks of which some bits are set. */
  private long chunksWith(long bits) {
    return ~fullChunks(~bits);
  }

  private long addressOf(long slot) {
    return area + (slot << sizeClass);
  }
}
