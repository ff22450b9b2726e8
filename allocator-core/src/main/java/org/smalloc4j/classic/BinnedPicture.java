package org.smalloc4j.classic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The bins of an allocator at one instant, for who draws the heap. A slot of a page is live if it
 * was handed out and is on no list.
 *
 * @param pages the OS pages of all bins, by slot size and the order in which they were mapped
 * @param bins the bins of all caches that were used
 */
record BinnedPicture(List<Page> pages, List<FreeList> bins) {

  /**
   * What a bin was filled with.
   *
   * @param address where it begins
   * @param slotBytes bytes of each slot
   * @param slots how many slots it has
   * @param handedOut how many were handed out at least once, the lowest ones
   */
  record Page(long address, long slotBytes, int slots, int handedOut) {}

  /**
   * A bin of a cache.
   *
   * @param cache the cache's number, in the order of their places
   * @param slotBytes bytes of each slot
   * @param slots where the free slots begin, the one freed last first
   */
  record FreeList(int cache, long slotBytes, List<Long> slots) {}

  /** Looks while all caches are locked. */
  static BinnedPicture of(BinnedAllocator allocator) {
    Bins bins = allocator.bins();
    List<BinCache> made = bins.caches().made();
    List<Page> pages = new ArrayList<>();
    List<FreeList> lists = new ArrayList<>();
    bins.caches()
        .whileLocked(
            locked -> {
              for (BinPages ofOneSize : bins.pages()) {
                for (BinPage page : ofOneSize.pages()) {
                  pages.add(picture(page, ofOneSize.slotsPerPage()));
                }
              }
              for (BinCache cache : locked) {
                addLists(lists, made.indexOf(cache), cache);
              }
            });
    return new BinnedPicture(pages, lists);
  }

  private static Page picture(BinPage page, int slots) {
    return new Page(page.address(0), page.slotBytes(), slots, page.handedOut());
  }

  private static void addLists(List<FreeList> lists, int number, BinCache cache) {
    for (Bin bin : cache.bins()) {
      if (bin.handedOut() + bin.free() > 0) {
        List<Long> slots = Arrays.stream(bin.freeSlots()).boxed().toList();
        lists.add(new FreeList(number, bin.slotBytes(), slots));
      }
    }
  }
}
