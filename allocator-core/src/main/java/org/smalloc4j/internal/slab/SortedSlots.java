package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.SlotSetLayout;

/**
 * Free slots that are on no list any more, since a {@link Purge} has sorted them by address.
 * Lock-free.
 *
 * @param kept those that keep their memory, since the OS page they are on holds a live block
 * @param purged those whose memory went back to the operating system: they are zero, and do not
 *     count as taken
 * @param limit what purged ones are taken from when they are used again
 * @param exist whether there is a place for them that can be read; else there are none
 */
record SortedSlots(SlotSet kept, SlotSet purged, MemoryLimit limit, boolean exist) {
  /**
   * Creates the sets of a fresh region, all empty.
   *
   * @param isAccessible whether all of the region is, or becomes so bit by bit
   */
  static SortedSlots of(RegionLayout region, MemoryLimit limit, boolean isAccessible) {
    SlotSetLayout layout = new SlotSetLayout(region);
    return new SortedSlots(
        new SlotSet(layout, SlotSetLayout.KEPT),
        new SlotSet(layout, SlotSetLayout.PURGED),
        limit,
        isAccessible && layout.exists());
  }

  /**
   * Takes a slot, one that keeps its memory before one that does not.
   *
   * @return its address, plus {@link SharedWords#FRESH} if it is zero; {@link SharedWords#NONE} if
   *     there is none, or the limit refuses it
   */
  long take(int slab, int sizeClass) {
    long slot = takeKept(slab, sizeClass);
    return slot == SharedWords.NONE && exist ? takePurged(slab, sizeClass) : slot;
  }

  /**
   * Takes a slot that keeps its memory.
   *
   * @return its address, or {@link SharedWords#NONE} if there is none
   */
  long takeKept(int slab, int sizeClass) {
    long slot = exist ? kept.take(slab, sizeClass) : SlotSet.NONE;
    return slot != SlotSet.NONE ? address(slab, sizeClass, slot) : SharedWords.NONE;
  }

  private long takePurged(int slab, int sizeClass) {
    long slotBytes = SizeClass.slotBytes(sizeClass);
    if (purged.isEmpty(slab, sizeClass) || !limit.tryTake(slotBytes)) {
      return SharedWords.NONE;
    }
    long slot = purged.take(slab, sizeClass);
    if (slot == SlotSet.NONE) {
      limit.giveBack(slotBytes);
      return SharedWords.NONE;
    }
    return address(slab, sizeClass, slot) + SharedWords.FRESH;
  }

  SlotSetLayout layout() {
    return kept.layout();
  }

  private long address(int slab, int sizeClass, long slot) {
    return layout().region().area(slab, sizeClass) + (slot << sizeClass);
  }

  /** Counts the slots that keep their memory; too many while some are moved. */
  long keptCount(int slab, int sizeClass) {
    return exist ? kept.count(slab, sizeClass) : 0;
  }

  /** Counts the slots that do not; too many while some are moved. */
  long purgedCount(int slab, int sizeClass) {
    return exist ? purged.count(slab, sizeClass) : 0;
  }
}
