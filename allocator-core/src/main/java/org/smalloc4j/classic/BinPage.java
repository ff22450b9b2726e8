package org.smalloc4j.classic;

/** The memory that a bin is filled with at a time: an OS page, or as many as one slot needs. */
final class BinPage {
  private final int slotShift;
  private final int slots;
  private final long address;
  private final int number;

  /**
   * The slots handed out at least once, the lowest ones. Written under the lock of the cache that
   * fills from this page. Read without it by who frees a block: that one has an edge from the
   * malloc of the block, and sees it counted. Of a stray address either answer stands.
   */
  private int handedOut;

  /**
   * Creates a page none of whose slots is handed out.
   *
   * @param slotShift log2 of the slots' bytes
   * @param slots how many it has
   * @param address where it begins, a multiple of its size
   * @param number its place among the pages of its slot size, of all caches
   */
  BinPage(int slotShift, int slots, long address, int number) {
    this.slotShift = slotShift;
    this.slots = slots;
    this.address = address;
    this.number = number;
  }

  int slotShift() {
    return slotShift;
  }

  long slotBytes() {
    return 1L << slotShift;
  }

  int number() {
    return number;
  }

  /** Returns where a slot begins. */
  long address(int slot) {
    return address + ((long) slot << slotShift);
  }

  int handedOut() {
    return handedOut;
  }

  boolean isUsedUp() {
    return handedOut == slots;
  }

  /** Hands out the next slot that never was; there is one. */
  long next() {
    long slot = address(handedOut);
    handedOut++;
    return slot;
  }

  /**
   * Returns the number, in this page, of the slot that begins at {@code block}.
   *
   * @throws IllegalArgumentException if none begins there, or it was never handed out
   */
  int checkedSlot(long block) {
    long offset = (block - address) & (slotBytes() - 1);
    if (offset != 0) {
      throw new IllegalArgumentException(
          at(block)
              + " is inside a slot: offset "
              + offset
              + " in the "
              + slotBytes()
              + " bytes at 0x"
              + Long.toHexString(block - offset)
              + "; expected the start of a live block");
    }
    int slot = (int) ((block - address) >>> slotShift);
    if (slot >= handedOut) {
      throw new IllegalArgumentException(
          at(block) + " is a slot of " + slotBytes() + " bytes that was never handed out");
    }
    return slot;
  }

  /** Tells whether a slot that was handed out begins at {@code block}. */
  boolean hasSlotAt(long block) {
    return ((block - address) & (slotBytes() - 1)) == 0
        && (block - address) >>> slotShift < handedOut;
  }

  private static String at(long block) {
    return "0x" + Long.toHexString(block);
  }
}
