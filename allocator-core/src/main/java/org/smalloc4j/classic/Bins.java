package org.smalloc4j.classic;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;

/** All bins of an allocator: slots of 4 bytes to 16 KiB, in caches. For any number of threads. */
final class Bins {
  /*
   * Idea:  take(n)   the bin of n in the thread's cache: its list, else a fresh slot, else mmap
   *        put(p)    the OS page of p in the map tells slot size and page, and so the slot; onto
   *                  the list of that size in the thread's cache
   *
   *   cache 0   4 B | 8 B | 16 B | … | 16 KiB      each: list of free slots, page in use
   *   cache 1   4 B | 8 B | 16 B | … | 16 KiB
   *   …
   *   pages     of 4 B: 0, 1, 2 …   of 8 B: 0, 1 …   …   of 16 KiB: 0 …     of all caches
   *
   * Invariant: a slot that was handed out is live, or on one list of one cache, or lost.
   */

  /** log2 of the smallest slot, 4 bytes: a link of 4 bytes fits. */
  private static final int SMALLEST_SHIFT = 2;

  /** log2 of the largest slot, 16 KiB. */
  private static final int LARGEST_SHIFT = 14;

  /** Slot sizes: 13. */
  private static final int SIZES = LARGEST_SHIFT - SMALLEST_SHIFT + 1;

  private final OsPageMap map;
  private final BinPages[] pages = new BinPages[SIZES];
  private final BinCaches caches;

  Bins(VirtualMemory os, int mostCaches) {
    map = new OsPageMap(os.osPageBytes());
    for (int i = 0; i < SIZES; i++) {
      pages[i] = new BinPages(os, map, SMALLEST_SHIFT + i, BinPages.MOST_SLOTS);
    }
    caches = new BinCaches(mostCaches, pages);
  }

  /** Tells whether some slot is large and aligned enough. */
  static boolean hold(long byteSize, long byteAlignment) {
    return Math.max(byteSize, byteAlignment) <= 1L << LARGEST_SHIFT;
  }

  /**
   * Takes a slot from the calling thread's cache.
   *
   * @return where it begins; 0 if there are as many slots of its size as codes
   * @throws OsException if the cache has none and the system refuses a page
   * @throws IllegalStateException if the cache's list is damaged
   */
  long take(long byteSize, long byteAlignment) throws OsException {
    long atLeast = Math.max(Math.max(byteSize, byteAlignment), 1L << SMALLEST_SHIFT);
    int slotShift = Long.SIZE - Long.numberOfLeadingZeros(atLeast - 1);
    return caches.ofCurrentThread().take(slotShift - SMALLEST_SHIFT);
  }

  /**
   * Puts a live slot into the calling thread's cache.
   *
   * @throws IllegalStateException if it is the one that was put there last
   */
  void put(BinPage page, int slot) {
    caches.ofCurrentThread().put(page.slotShift() - SMALLEST_SHIFT, page, slot);
  }

  /** Returns the page that an address lies in; null if it is no bin's. */
  @Nullable BinPage pageOf(long address) {
    long entry = map.get(address);
    return entry == 0 ? null : pages[BinPages.slotShiftOf(entry) - SMALLEST_SHIFT].pageOf(entry);
  }

  /** Counts all slots at one instant. */
  BinFigures figures() {
    return BinFigures.of(caches, pages);
  }

  /**
   * Unmaps all pages.
   *
   * @throws IllegalStateException if the system refuses; those before are gone, and a further call
   *     goes on
   */
  void unmapAll() {
    try {
      for (BinPages ofOneSize : pages) {
        ofOneSize.unmapAll();
      }
    } catch (OsException refused) {
      throw new IllegalStateException("closed, but the system does not unmap an OS page", refused);
    }
  }

  /** Returns the caches, for pictures and walks. */
  BinCaches caches() {
    return caches;
  }

  /** Returns the pages of each slot size, smallest first, for pictures and walks. */
  BinPages[] pages() {
    return pages.clone();
  }
}
