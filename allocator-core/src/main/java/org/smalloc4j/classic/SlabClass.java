package org.smalloc4j.classic;

import org.jspecify.annotations.Nullable;

/** The slabs of one slot size, and their figures. The allocator's lock guards it. */
final class SlabClass {
  /*
   * A doubly linked list: a new slab is prepended, an empty one can be taken out of the middle.
   * Where full slabs go last, which is up to the caller, those that are not full stand before them.
   *
   * Colouring. Slabs begin at OS pages, so the first slots of all of them meet on the same sets of
   * a cache, and the first slots are those in use. With colouring the slots of each slab begin a
   * cache line further in than those of the slab before, as far as the spare bytes go, then at the
   * front again. Bonwick takes the bytes that are left over behind the last slot; powers of two
   * leave none. So an eighth of the slab is set aside (his bound on what a slab may waste), or one
   * slot, whichever is more.
   */

  /** Bytes from one colour to the next, and what coloured slots are aligned to at the most. */
  static final int LINE_BYTES = 64;

  /** The part of a slab that colouring sets aside. */
  private static final int SPARE_PART = 8;

  final int slotBytes;

  /** Slots of a slab. */
  final int slots;

  /** What every slot is aligned to: a power of two. */
  final int slotAlignment;

  final int slabBytes;

  /** The slab that is kept when it is empty, so that the next malloc need not ask the system. */
  @Nullable Slab spare;

  private final int colours;
  private int nextColour;

  private @Nullable Slab first;
  private @Nullable Slab last;
  private int slabs;

  private long liveBlocks;
  private long peakLiveBlocks;
  private long allocations;
  private long askedBytes;

  /** Creates a class without a slab. */
  SlabClass(int slotBytes, int slabBytes, boolean isColoured) {
    this.slotBytes = slotBytes;
    this.slabBytes = slabBytes;
    int slotsOfAll = slabBytes / slotBytes;
    int slotsOfMost = Math.max(1, (slabBytes - slabBytes / SPARE_PART) / slotBytes);
    slots = isColoured ? Math.min(slotsOfAll, slotsOfMost) : slotsOfAll;
    colours = isColoured ? (slabBytes - slots * slotBytes) / LINE_BYTES + 1 : 1;
    int natural = Integer.lowestOneBit(slotBytes);
    slotAlignment = colours > 1 ? Math.min(natural, LINE_BYTES) : natural;
  }

  @Nullable Slab first() {
    return first;
  }

  /** Returns the first slab with a free slot, null if all are full. */
  @Nullable Slab firstWithFreeSlot(Steps steps, boolean fullOnesAreLast) {
    int seen = 0;
    Slab slab = first;
    while (slab != null) {
      seen++;
      if (!slab.isFull() || fullOnesAreLast) {
        break;
      }
      slab = slab.next;
    }
    steps.add(seen);
    return slab == null || slab.isFull() ? null : slab;
  }

  /** Returns where the slots of the next slab begin. */
  int takeColourBytes() {
    int colourBytes = nextColour * LINE_BYTES;
    nextColour = (nextColour + 1) % colours;
    return colourBytes;
  }

  void prepend(Slab slab) {
    slab.previous = null;
    slab.next = first;
    if (first == null) {
      last = slab;
    } else {
      first.previous = slab;
    }
    first = slab;
    slabs++;
  }

  private void append(Slab slab) {
    slab.previous = last;
    slab.next = null;
    if (last == null) {
      first = slab;
    } else {
      last.next = slab;
    }
    last = slab;
    slabs++;
  }

  void unlink(Slab slab) {
    Slab before = slab.previous;
    Slab after = slab.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    slabs--;
  }

  void moveToFront(Slab slab) {
    unlink(slab);
    prepend(slab);
  }

  void moveToEnd(Slab slab) {
    unlink(slab);
    append(slab);
  }

  /** Counts a malloc. */
  void noteTaken(long byteSize) {
    liveBlocks++;
    peakLiveBlocks = Math.max(peakLiveBlocks, liveBlocks);
    allocations++;
    askedBytes += byteSize;
  }

  /** Counts a free. */
  void noteGiven() {
    liveBlocks--;
  }

  /** Returns how many slots of its slabs were ever handed out. */
  long handedOut() {
    long handedOut = 0;
    for (Slab slab = first; slab != null; slab = slab.next) {
      handedOut += slab.handedOut();
    }
    return handedOut;
  }

  long liveBlocks() {
    return liveBlocks;
  }

  SlabClassStats stats() {
    return new SlabClassStats(
        slotBytes,
        slabs,
        (long) slabs * slabBytes,
        liveBlocks,
        peakLiveBlocks,
        (long) slabs * slots - liveBlocks,
        allocations,
        askedBytes);
  }
}
