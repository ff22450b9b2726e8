package org.smalloc4j.classic;

import org.smalloc4j.internal.os.OsException;

/** Slots of 64 bytes of one OS page, told by letters in the order of addresses: A, B, C … */
final class OneBin {
  /** Of all states: a state's OS page is its own. */
  private static final OsPageMap MAP = new OsPageMap(new StressMemory().osPageBytes());

  private static final int SLOT_SHIFT = 6;

  private final BinPages pages =
      new BinPages(new StressMemory(), MAP, SLOT_SHIFT, BinPages.MOST_SLOTS);

  /** Makes a number of caches at the most, none of which is made yet. */
  BinCaches caches(int most) {
    return new BinCaches(most, new BinPages[] {pages});
  }

  /** Makes a cache that has handed out as many slots as {@code live} has letters. */
  BinCache cache(String live) {
    BinCache cache = new BinCache(new BinPages[] {pages});
    for (int i = 0; i < live.length(); i++) {
      take(cache);
    }
    return cache;
  }

  /** Takes a slot; tells its letter. */
  String take(BinCache cache) {
    try {
      return tell(cache.take(0));
    } catch (OsException refused) {
      return "refused";
    }
  }

  /** Puts the slot of a letter. */
  void put(BinCache cache, char letter) {
    cache.put(0, page(), letter - 'A');
  }

  /** Returns where the slot of a letter begins. */
  long slot(char letter) {
    return page().address(letter - 'A');
  }

  private BinPage page() {
    BinPage first = pages.pageOf(0);
    if (first == null) {
      throw new IllegalStateException("no slot was handed out yet");
    }
    return first;
  }

  private String tell(long slot) {
    long number = (slot - page().address(0)) >>> SLOT_SHIFT;
    return number < 26 ? String.valueOf((char) ('A' + number)) : "of another page";
  }

  /** Returns how many OS pages the bins have taken, and gives them to later states. */
  int countAndRecycle() {
    int count = pages.count();
    for (int i = 0; i < count; i++) {
      BinPage page = pages.pageOf((long) i << BinPages.SHIFT_BITS);
      if (page != null) {
        StressMemory.recycle(page.address(0));
      }
    }
    return count;
  }
}
