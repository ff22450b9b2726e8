package org.smalloc4j.classic;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.raw.RawMemory;

/** The free slots of one size in one cache. Not thread-safe: guarded by the lock of its cache. */
final class Bin {
  /*
   * Idea: a stack of slots that were freed into this cache, linked by codes through their first 4
   * bytes, before the page whose slots are handed out for the first time, in order of address.
   *
   *   head -> slot -> slot -> 0              filling: |used used used|fresh fresh …|
   *
   * Invariant: free is the length of the list; head == 0 exactly if free == 0; handedOut is the sum
   * of what this bin took from pages. Over all caches: handedOut = live + free + lost.
   */

  private final BinPages pages;

  /** Code of the slot that was freed last, 0 if there is none. */
  private int head;

  private int free;
  private @Nullable BinPage filling;
  private long handedOut;
  private long lost;

  Bin(BinPages pages) {
    this.pages = pages;
  }

  /**
   * Takes the slot that was freed last, else one that never was handed out.
   *
   * @return where it begins; 0 if there are as many slots as codes
   * @throws OsException if a page is needed and the system refuses; nothing has changed
   * @throws IllegalStateException if the slot was written to after its free; the list is lost
   */
  long take() throws OsException {
    return head != 0 ? pop() : takeFresh();
  }

  private long pop() {
    long address = pages.address(head);
    int link = RawMemory.loadLinkPlain(address); // under the lock, as the store in put
    if (!isSound(link)) {
      throw dropped(address);
    }
    head = link;
    free--;
    return address;
  }

  private boolean isSound(int link) {
    return free == 1 ? link == 0 : link != 0 && link != head && pages.isCode(link);
  }

  private IllegalStateException dropped(long address) {
    IllegalStateException refusal =
        new IllegalStateException(
            "the free block of "
                + pages.slotBytes()
                + " bytes at 0x"
                + Long.toHexString(address)
                + " was written to after its free, or freed twice: it and the "
                + (free - 1)
                + " blocks behind it on its list are lost; nothing was allocated");
    lost += free;
    free = 0;
    head = 0;
    return refusal;
  }

  private long takeFresh() throws OsException {
    BinPage page = filling;
    if (page == null || page.isUsedUp()) {
      page = pages.add();
      if (page == null) {
        return 0;
      }
      filling = page;
    }
    handedOut++;
    return page.next();
  }

  /**
   * Puts a slot that was live.
   *
   * @throws IllegalStateException if it is the one that was put last
   */
  void put(BinPage page, int slot) {
    int code = pages.code(page, slot);
    long address = pages.address(code);
    if (code == head) {
      throw new IllegalStateException(
          "double free: the block at 0x"
              + Long.toHexString(address)
              + " is the one that was freed last into its cache");
    }
    RawMemory.storeLinkPlain(address, head);
    head = code;
    free++;
  }

  long slotBytes() {
    return pages.slotBytes();
  }

  /** Returns how many slots it took from pages. */
  long handedOut() {
    return handedOut;
  }

  /** Returns how many slots are on its list. */
  int free() {
    return free;
  }

  /** Returns how many slots were dropped with a damaged list. */
  long lost() {
    return lost;
  }

  /**
   * Returns where the slots of its list begin, the one freed last first; for pictures and walks.
   */
  long[] freeSlots() {
    long[] slots = new long[free];
    int code = head;
    for (int i = 0; i < slots.length; i++) {
      slots[i] = pages.address(code);
      code = RawMemory.loadLinkPlain(slots[i]);
    }
    return slots;
  }
}
