package org.smalloc4j.classic;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.raw.RawMemory;

/** A slab: a stretch from the OS, cut into slots of one size. The allocator's lock guards it. */
final class Slab {
  /*
   * Idea: the list of free slots is threaded through the free slots themselves.
   *
   *   base         start                                                base + slabBytes
   *   |<- colour ->| slot 0 | slot 1 | slot 2 | ... | slot n-1 |<- rest ->|
   *                              |        ^
   *                              +--------+   a free slot begins with the number of the next one
   *
   * The first 8 bytes of a free slot are the number of the next free slot, or END. The slab is
   * threaded once when it is made, in ascending order, and freed slots go on top: so the slots that
   * were never handed out are always the end of the list, and one number tells them from the others.
   *
   * Beside the list there is a bit for each slot, set while it is live. No malloc needs it; it is
   * what makes every double free an error, and a link that was overwritten harmless: the list is
   * threaded anew from the bits.
   *
   * Invariants: on the list, each once, are the slots whose bit is 0. liveSlots is the number of
   * ones. A slot from handedOut on was never live; the list ends with these, in ascending order.
   */

  /** The number of no slot. */
  private static final int END = -1;

  final SlabClass slabClass;

  /** Neighbours in the list of the class. */
  @Nullable Slab next;

  @Nullable Slab previous;

  private final int slotBytes;
  private final int slots;
  private final long[] live;
  private long base;
  private long start;
  private int firstFree = END;
  private int liveSlots;
  private int handedOut;

  /** Makes the slab of a stretch that is still to be reserved. */
  Slab(SlabClass slabClass) {
    this.slabClass = slabClass;
    slotBytes = slabClass.slotBytes;
    slots = slabClass.slots;
    live = new long[(slots + Long.SIZE - 1) / Long.SIZE];
  }

  /** Takes a stretch, and threads all of its slots. */
  void begin(long stretch, int colourBytes) {
    base = stretch;
    start = stretch + colourBytes;
    thread();
  }

  /** Puts all slots that are not live on the list, in ascending order. */
  void thread() {
    int list = END;
    for (int slot = slots - 1; slot >= 0; slot--) {
      if (!isLive(slot)) {
        RawMemory.storePlain(address(slot), list);
        list = slot;
      }
    }
    firstFree = list;
  }

  long base() {
    return base;
  }

  /** Returns the address of the first slot. */
  long start() {
    return start;
  }

  int slots() {
    return slots;
  }

  int liveSlots() {
    return liveSlots;
  }

  /** Returns the number of the slot on top of the list, negative if there is none. */
  int firstFree() {
    return firstFree;
  }

  /** Returns how many slots have ever been live; these are the first ones. */
  int handedOut() {
    return handedOut;
  }

  boolean contains(long address) {
    long offset = address - base;
    return offset >= 0 && offset < slabClass.slabBytes;
  }

  boolean isFull() {
    return liveSlots == slots;
  }

  boolean isEmpty() {
    return liveSlots == 0;
  }

  boolean isLive(int slot) {
    return (live[slot / Long.SIZE] & (1L << slot)) != 0;
  }

  /**
   * Takes the slot on top of the list of a slab that is not full.
   *
   * @throws IllegalStateException if a link was overwritten: the slot that has it is still free,
   *     and the list is whole again
   */
  long pop() {
    int slot = firstFree;
    if (slot == END) {
      throw damaged(); // by a link that led past some
    }
    long address = address(slot);
    long link = RawMemory.loadPlain(address);
    if (link != END && (link < 0 || link >= slots || link == slot || isLive((int) link))) {
      throw damaged();
    }
    firstFree = (int) link;
    live[slot / Long.SIZE] |= 1L << slot;
    liveSlots++;
    handedOut = Math.max(handedOut, slot + 1);
    return address;
  }

  private IllegalStateException damaged() {
    IllegalStateException damaged =
        new IllegalStateException(
            "a free block of the slab at "
                + hex(base)
                + " ("
                + slotBytes
                + "-byte slots) was written after its free: its link is damaged; no block is lost,"
                + " and the call can be made again");
    thread();
    return damaged;
  }

  /** Puts a live slot on top of the list. */
  void push(int slot) {
    RawMemory.storePlain(address(slot), firstFree);
    firstFree = slot;
    live[slot / Long.SIZE] &= ~(1L << slot);
    liveSlots--;
  }

  /**
   * Returns the number of the slot that begins at an address of this slab and was handed out.
   *
   * @throws IllegalArgumentException if there is none; the message says what is there
   */
  int slotAt(long address) {
    int slot = slotAtOrNone(address);
    if (slot != END) {
      return slot;
    }
    long offset = address - start;
    String what = hex(address) + " is in the slab at " + hex(base) + ", ";
    if (offset < 0 || offset >= (long) slots * slotBytes) {
      throw new IllegalArgumentException(
          what + "outside its slots; expected the address of a live block");
    }
    if (offset % slotBytes != 0) {
      throw new IllegalArgumentException(
          what
              + "inside a slot of "
              + slotBytes
              + " bytes, at offset "
              + offset % slotBytes
              + "; expected the address of a live block");
    }
    throw new IllegalArgumentException(
        what
            + "a slot of "
            + slotBytes
            + " bytes that was never handed out; expected the address of a live block");
  }

  /** Tells whether a slot begins at an address of this slab, and was handed out. */
  boolean hasHandedOut(long address) {
    return slotAtOrNone(address) != END;
  }

  private int slotAtOrNone(long address) {
    long offset = address - start;
    if (offset < 0 || offset >= (long) handedOut * slotBytes) {
      return END;
    }
    int slot = (int) offset / slotBytes;
    return (long) slot * slotBytes == offset ? slot : END;
  }

  /**
   * Returns the number of the live slot that begins at an address of this slab.
   *
   * @throws IllegalArgumentException if no slot that was handed out begins there
   * @throws IllegalStateException if it is free
   */
  int liveSlotAt(long address) {
    int slot = slotAt(address);
    if (!isLive(slot)) {
      throw new IllegalStateException(
          "double free: the block at "
              + hex(address)
              + " ("
              + slotBytes
              + " bytes) is free already");
    }
    return slot;
  }

  long address(int slot) {
    return start + (long) slot * slotBytes;
  }

  private static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }

  /** Returns what is where, as a picture of the heap needs it. */
  SlabPicture picture() {
    SlabPicture.State[] states = new SlabPicture.State[slots];
    Arrays.setAll(states, this::state);
    return new SlabPicture(base, slotBytes, (int) (start - base), List.of(states));
  }

  private SlabPicture.State state(int slot) {
    if (slot >= handedOut) {
      return SlabPicture.State.FRESH;
    }
    return isLive(slot) ? SlabPicture.State.LIVE : SlabPicture.State.FREED;
  }
}
