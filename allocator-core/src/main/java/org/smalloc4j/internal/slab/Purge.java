package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.PurgedLayout;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * Gives the OS pages of one freed list after the other back to the operating system, and leaves
 * what is left of the list in address order. One at a time per heap; malloc and free go on.
 */
final class Purge {
  /*
   * Per slab and class:
   *
   *   mark    Take the whole list, and mark its slots: now they are in order.
   *   sweep   From the last slot down to the first: a chunk, an OS page or a slot if that is larger,
   *           whose slots are all marked or purged, joins the piece that is to go back. Marked slots
   *           of other chunks become a list again, in address order.
   *   flush   Give a piece back to the system, as one stretch. One that ends at the frontier lowers
   *           that; the slots of any other are purged now (PurgedSlots). What the system refuses is
   *           cleared in its place, so that this is true of it as well.
   *
   * A chunk that reaches beyond the frontier is cleared and not given back: the slots there may be
   * claimed at any time. One that is purged already does not go back again, unless with the frontier.
   *
   * Nothing here needs Java heap but for an error; the caller has asked for the stack.
   */

  /** Slots of a list that is being sorted go back in lists of so many. */
  private static final int MOST_LINKED = 4096;

  private final SharedWords words;
  private final PurgedSlots purged;
  private final Marks marks;
  private final VirtualMemory os;
  private final long osPageBytes;

  /** The head words of the lists after their last purge; 0 is that of a list never pushed to. */
  private final long[] heads = new long[RegionLayout.SLABS * SizeClass.COUNT];

  private int slab;
  private int sizeClass;
  private long area;
  private long frontier;

  /** The piece, from address to address. */
  private long pieceStart;

  private long pieceEnd;

  /** Slots of the piece that were on the list: they are taken from the limit. */
  private long takenSlots;

  /** Of the words that are being sorted: the slots of the list, and those purged before. */
  private final long[] marked;

  private final long[] gone;

  /** The list that is being linked, and its last slot. */
  private long list;

  private long last;

  private long bytesGivenBack;
  private long walkedSlots;
  private @Nullable IllegalStateException damage;

  /** Creates what purges a heap, any number of times. */
  Purge(SharedWords words, LargeBlocks large, VirtualMemory os) {
    this.words = words;
    this.os = os;
    purged = words.purged();
    marks = new Marks(words, large);
    osPageBytes = os.osPageBytes();
    int mostWords = (int) (osPageBytes >> SizeClass.SMALLEST) / PurgedLayout.WORD_SLOTS;
    marked = new long[mostWords];
    gone = new long[mostWords];
  }

  /** Returns the bytes that were resident and no longer are, since the last call. */
  long takeBytesGivenBack() {
    long bytes = bytesGivenBack;
    bytesGivenBack = 0;
    return bytes;
  }

  /** Returns the first damage that was met since the last call, null if none was. */
  @Nullable IllegalStateException takeDamage() {
    IllegalStateException met = damage == null ? marks.takeDamage() : damage;
    damage = null;
    return met;
  }

  /** Returns the slots of the lists that were walked through, since the last call. */
  long takeWalkedSlots() {
    long slots = walkedSlots;
    walkedSlots = 0;
    return slots;
  }

  /** Tells whether the freed list of an area has changed since it was purged. */
  boolean isDue(int slab, int sizeClass) {
    return words.head(slab, sizeClass) != heads[slab * SizeClass.COUNT + sizeClass];
  }

  /**
   * Purges what an area has on its freed list.
   *
   * @return whether the frontier was lowered
   */
  boolean purge(int slab, int sizeClass) {
    long taken = words.takeAll(slab, sizeClass);
    if (taken == 0) {
      return false;
    }
    this.slab = slab;
    this.sizeClass = sizeClass;
    area = words.layout().area(slab, sizeClass);
    frontier = words.frontier(slab, sizeClass);
    int removed = marks.set(taken, slab, sizeClass, frontier);
    walkedSlots += removed;
    long slots = Math.max(PurgedLayout.WORD_SLOTS, chunkSlots());
    for (long slot = (frontier - 1) & -slots; slot >= 0; slot -= slots) {
      sweep(slot, (int) (slots / PurgedLayout.WORD_SLOTS));
    }
    flush();
    giveList();
    words.counts().removed(slab, sizeClass, removed);
    heads[slab * SizeClass.COUNT + sizeClass] = words.head(slab, sizeClass);
    return words.frontier(slab, sizeClass) < frontier;
  }

  private long chunkSlots() {
    return Math.max(1, osPageBytes >> sizeClass);
  }

  /** Sorts the slots of one word, or of the words of one chunk, into piece, list, and purged. */
  private void sweep(long firstSlot, int sortedWords) {
    boolean isFull = true;
    boolean isMarked = false;
    for (int i = 0; i < sortedWords; i++) {
      long slot = firstSlot + i * (long) PurgedLayout.WORD_SLOTS;
      gone[i] = purged.takeWord(slab, sizeClass, slot);
      marked[i] = notFreedTwice(slot, marks.take(slab, sizeClass, slot), gone[i]);
      isMarked |= marked[i] != 0;
      isFull &= (marked[i] | gone[i] | beyond(slot)) == -1;
    }
    for (int i = sortedWords - 1; i >= 0; i--) {
      long slot = firstSlot + i * (long) PurgedLayout.WORD_SLOTS;
      long free = marked[i] | gone[i];
      if (sortedWords > 1) {
        sort(slot, i, isFull ? free : 0, isFull && isMarked ? free : 0);
      } else if (free != 0) {
        long full = fullChunks(free | beyond(slot)) & free;
        sort(slot, i, full, chunksWith(marked[i]) & full);
      }
    }
  }

  /** Returns the bits without those of purged slots, which were freed again and stay purged. */
  private long notFreedTwice(long firstSlot, long bits, long gone) {
    for (long twice = bits & gone; twice != 0; twice &= twice - 1) {
      long address = addressOf(firstSlot + Long.numberOfTrailingZeros(twice));
      RawMemory.zero(address, SizeClass.slotBytes(sizeClass));
      noteDamage(SharedWords.doubleFree(address));
    }
    return bits & ~gone;
  }

  /**
   * Sorts the slots of a word.
   *
   * @param full those of chunks that are all free
   * @param dirty those of such chunks that do not consist of purged slots alone
   */
  private void sort(long firstSlot, int i, long full, long dirty) {
    link(firstSlot, marked[i] & ~full);
    takenSlots += Long.bitCount(marked[i] & full);
    long stays = gone[i] & ~full;
    for (long left = full; left != 0; ) {
      int end = Long.SIZE - Long.numberOfLeadingZeros(left);
      boolean isDirty = (dirty >>> (end - 1) & 1) != 0;
      long alike = isDirty ? dirty : full & ~dirty;
      int start = end - Long.numberOfLeadingZeros(~(alike << (Long.SIZE - end)));
      long below = (1L << start) - 1;
      if (isDirty || isAtFrontier(addressOf(firstSlot + end))) {
        addToPiece(addressOf(firstSlot + start), addressOf(firstSlot + end));
      } else {
        stays |= left & ~below & alike;
      }
      left &= below;
    }
    purged.put(slab, sizeClass, firstSlot, stays);
  }

  /** Tells whether all slots between an address and the frontier are in the piece. */
  private boolean isAtFrontier(long address) {
    return pieceStart == address && pieceEnd == addressOf(frontier);
  }

  /** Returns the bits of a word whose slots lie at the frontier or beyond. */
  private long beyond(long firstSlot) {
    long below = frontier - firstSlot;
    return below >= PurgedLayout.WORD_SLOTS ? 0 : -1L << Math.max(0, below);
  }

  /** Returns the bits of the chunks of which all bits are set, of a word that has whole chunks. */
  private long fullChunks(long bits) {
    int chunk = (int) chunkSlots();
    if (chunk == Long.SIZE) {
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

  /** Links slots of a word before those that are linked. */
  private void link(long firstSlot, long bits) {
    for (long left = bits; left != 0; ) {
      int bit = Long.SIZE - 1 - Long.numberOfLeadingZeros(left);
      left ^= 1L << bit;
      long address = addressOf(firstSlot + bit);
      RawMemory.storeLinkPlain(address, TakenList.first(list));
      last = TakenList.first(list) == 0 ? address : last;
      list = TakenList.of(TakenList.slots(list) + 1, (int) (firstSlot + bit + 1));
    }
    if (TakenList.slots(list) >= MOST_LINKED) {
      giveList();
    }
  }

  private void giveList() {
    if (TakenList.first(list) != 0) {
      words.pushChain(TakenList.first(list), last, TakenList.slots(list), slab, sizeClass);
      list = 0;
    }
  }

  private void addToPiece(long start, long end) {
    if (end != pieceStart) {
      flush();
      pieceEnd = end;
    }
    pieceStart = start;
  }

  private void flush() {
    if (pieceStart == pieceEnd) {
      return;
    }
    giveBack();
    long first = (pieceStart - area) >> sizeClass;
    boolean falls =
        pieceEnd == addressOf(frontier) && words.casFrontier(slab, sizeClass, frontier, first);
    if (!falls) {
      putPiece(first, (pieceEnd - area) >> sizeClass);
    }
    words.limit().giveBack(takenSlots << sizeClass);
    takenSlots = 0;
    pieceStart = 0;
    pieceEnd = 0;
  }

  private void putPiece(long first, long end) {
    for (long slot = first & -PurgedLayout.WORD_SLOTS; slot < end; ) {
      long bits = -1L << Math.max(0, first - slot);
      if (end - slot < PurgedLayout.WORD_SLOTS) {
        bits &= (1L << (end - slot)) - 1;
      }
      purged.put(slab, sizeClass, slot, bits);
      slot += PurgedLayout.WORD_SLOTS;
    }
  }

  /** Gives the piece back, or clears it. */
  private void giveBack() {
    long lastOsPage = Math.max(pieceStart, pieceEnd & -osPageBytes);
    long kept = lastOsPage;
    try {
      bytesGivenBack +=
          lastOsPage == pieceStart ? 0 : os.discard(pieceStart, lastOsPage - pieceStart);
    } catch (OsException | OutOfMemoryError | StackOverflowError refused) {
      // No Java heap for the first, or no stack for the system call: a refusal like any other.
      kept = pieceStart;
    }
    RawMemory.zero(kept, pieceEnd - kept);
  }

  private void noteDamage(IllegalStateException met) {
    damage = damage == null ? met : damage;
  }

  private long addressOf(long slot) {
    return area + (slot << sizeClass);
  }
}
