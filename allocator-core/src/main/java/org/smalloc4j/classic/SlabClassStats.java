package org.smalloc4j.classic;

/**
 * The figures of one class of a {@link SpinLockSlabAllocator}, all of the same instant.
 *
 * <p>Laws: {@code liveBlocks <= peakLiveBlocks <= allocations}; {@code heldBytes == liveBytes() +
 * wasteBytes()}; {@code wasteBytes() >= freeBlocks * slotBytes}, and the difference is what
 * colouring sets aside and what is left over behind the last slot of each slab.
 *
 * @param slotBytes bytes of a slot
 * @param slabs slabs held
 * @param heldBytes bytes of these slabs
 * @param liveBlocks slots that are live
 * @param peakLiveBlocks the most that were live at once
 * @param freeBlocks slots that are not live: freed, or never handed out
 * @param allocations blocks ever allocated
 * @param askedBytes bytes asked for by these allocations
 */
public record SlabClassStats(
    int slotBytes,
    long slabs,
    long heldBytes,
    long liveBlocks,
    long peakLiveBlocks,
    long freeBlocks,
    long allocations,
    long askedBytes) {

  /**
   * Returns the bytes of the live slots.
   *
   * @return {@code liveBlocks * slotBytes}
   */
  public long liveBytes() {
    return liveBlocks * slotBytes;
  }

  /**
   * Returns the bytes that are held and not live.
   *
   * @return {@code heldBytes - liveBytes()}
   */
  public long wasteBytes() {
    return heldBytes - liveBytes();
  }

  /**
   * Returns the part of the slots handed out so far that nobody asked for: what rounding up to the
   * class costs. No block remembers its size, so this is over all allocations, not over the blocks
   * that are live.
   *
   * @return 0 to 1; 0 if nothing was allocated
   */
  public double roundingWaste() {
    return allocations == 0 ? 0 : 1 - (double) askedBytes / ((double) allocations * slotBytes);
  }
}
