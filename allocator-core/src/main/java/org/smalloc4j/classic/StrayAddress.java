package org.smalloc4j.classic;

/**
 * What is wrong with an address that is no live block of a {@link PageAllocator}: found out only
 * when it is refused.
 */
final class StrayAddress {
  private StrayAddress() {}

  /** Returns the exception that says where an address lies. */
  static RuntimeException refusal(OsPageMap blocks, long address) {
    long begin = blockAround(blocks, address);
    if (begin == OsPageMap.NONE) {
      return new IllegalArgumentException(
          hex(address)
              + " is outside of all blocks: it was never handed out by this allocator, or the block"
              + " that was here is gone");
    }
    if (begin == address) {
      return freed(address);
    }
    return new IllegalArgumentException(
        hex(address)
            + " is inside a slot"
            + (blocks.get(begin) < 0 ? " that was freed" : "")
            + ": offset "
            + (address - begin)
            + " in the block of "
            + Math.abs(blocks.get(begin))
            + " bytes at "
            + hex(begin)
            + "; expected the start of a live block");
  }

  /** Returns the exception for a block that has ended. */
  static IllegalStateException freed(long address) {
    return new IllegalStateException(
        "double free, or use after free: the block at "
            + hex(address)
            + " was freed and has not been handed out again");
  }

  /** Tells whether a block that was freed began at an address, and no live one lies there now. */
  static boolean wasFreed(OsPageMap blocks, long address) {
    return blockAround(blocks, address) == address;
  }

  /** Returns where the live block around an address begins, else a freed one, else NONE. */
  private static long blockAround(OsPageMap blocks, long address) {
    long freed = OsPageMap.NONE;
    long lowest = Math.max(0, address - Refusal.LARGEST);
    long begin = blocks.floor(address, lowest);
    while (begin != OsPageMap.NONE) {
      long heldBytes = blocks.get(begin);
      if (heldBytes > 0) {
        return address - begin < heldBytes ? begin : freed; // no live block lies below another
      }
      if (freed == OsPageMap.NONE && address - begin < -heldBytes) {
        freed = begin;
      }
      begin = blocks.floor(begin - 1, lowest);
    }
    return freed;
  }

  private static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }
}
