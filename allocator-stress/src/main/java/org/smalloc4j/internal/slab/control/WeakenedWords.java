package org.smalloc4j.internal.slab.control;

import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.raw.RawMemory;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Words;

/** The operations on the shared words of an area, each with something left out. */
final class WeakenedWords {
  static final long NONE = 0;
  static final long LOST = -1;

  private final Area area;

  WeakenedWords(Area area) {
    this.area = area;
  }

  private long head() {
    return RawMemory.loadAcquire(area.headWord());
  }

  private boolean casHead(long expected, long replacement) {
    return RawMemory.casVolatile(area.headWord(), expected, replacement);
  }

  /** A pop as it should be. */
  long pop() {
    return pop(false);
  }

  /** Pops, as they should be, until one is not lost. */
  long popUnlessEmpty() {
    long popped = LOST;
    while (popped == LOST) {
      popped = pop();
    }
    return popped;
  }

  /** A pop as it should be, but slow between its read of the link and its CAS. */
  long slowPop() {
    return pop(true);
  }

  private long pop(boolean slow) {
    long head = head();
    int top = HeadWord.top(head);
    if (top == 0) {
      return NONE;
    }
    int link = RawMemory.loadLinkPlain(area.address(top));
    if (slow) {
      Window.open();
    }
    return casHead(head, HeadWord.popped(head, link)) ? area.address(top) : LOST;
  }

  /** A pop that stores the new head instead of comparing and swapping. */
  long popByStore() {
    long head = head();
    int top = HeadWord.top(head);
    if (top == 0) {
      return NONE;
    }
    int link = RawMemory.loadLinkPlain(area.address(top));
    Window.open();
    Words.set(area.headWord(), HeadWord.popped(head, link));
    return area.address(top);
  }

  /** A pop whose CAS takes the counter as it is then, not as it was with the link. */
  long popCountedAnew() {
    int top = HeadWord.top(head());
    if (top == 0) {
      return NONE;
    }
    int link = RawMemory.loadLinkPlain(area.address(top));
    Window.open();
    long expected = HeadWord.popped(head(), top);
    return casHead(expected, HeadWord.popped(expected, link)) ? area.address(top) : LOST;
  }

  /** A pop that reports a link beyond the frontier without a second look at the head. */
  long popWithoutSecondLook() {
    long head = head();
    int top = HeadWord.top(head);
    if (top == 0) {
      return NONE;
    }
    Window.open();
    int link = RawMemory.loadLinkPlain(area.address(top));
    if (Integer.toUnsignedLong(link) > RawMemory.loadAcquire(area.frontierWord())) {
      throw new IllegalStateException("the link is 0x" + Integer.toHexString(link));
    }
    return casHead(head, HeadWord.popped(head, link)) ? area.address(top) : LOST;
  }

  /** A pop, as it should be, whose count of the removal is a load and a store. */
  long popCountedByStore() {
    long popped = pop();
    if (popped > NONE) {
      long removals = RawMemory.loadAcquire(area.removalsWord());
      Window.open();
      Words.set(area.removalsWord(), removals + 1);
    }
    return popped;
  }

  /** A pop with time between its CAS and the count of what it removed. */
  void popCountedAfter(Runnable meanwhile) {
    if (pop() > NONE) {
      meanwhile.run();
      RawMemory.addVolatile(area.removalsWord(), 1);
    }
  }

  /** A pop that drops a list whose first link is damaged by a store, not by a CAS. */
  long popAndDropByStore() {
    long head = head();
    int top = HeadWord.top(head);
    if (top == 0) {
      return NONE;
    }
    int link = RawMemory.loadLinkPlain(area.address(top));
    if (Integer.toUnsignedLong(link) <= RawMemory.loadAcquire(area.frontierWord())) {
      return casHead(head, HeadWord.popped(head, link)) ? area.address(top) : LOST;
    }
    if (head() != head) {
      return LOST;
    }
    Window.open();
    Words.set(area.headWord(), HeadWord.popped(head, 0));
    throw new IllegalStateException("the link is 0x" + Integer.toHexString(link));
  }

  /** A push as it should be. */
  void push(long address) {
    while (true) {
      long head = head();
      RawMemory.storeLinkPlain(address, HeadWord.top(head));
      if (casHead(head, HeadWord.pushed(head, code(address)))) {
        return;
      }
    }
  }

  /** A push that does not count. */
  void pushUncounted(long address) {
    while (true) {
      long head = head();
      RawMemory.storeLinkPlain(address, HeadWord.top(head));
      if (casHead(head, HeadWord.popped(head, code(address)))) {
        return;
      }
    }
  }

  /** A push that stores the link after the slot is on the list. */
  void pushLinkedLate(long address) {
    while (true) {
      long head = head();
      if (casHead(head, HeadWord.pushed(head, code(address)))) {
        Window.open();
        RawMemory.storeLinkPlain(address, HeadWord.top(head));
        return;
      }
    }
  }

  /** A push that stores the new head instead of comparing and swapping. */
  void pushByStore(long address) {
    long head = head();
    RawMemory.storeLinkPlain(address, HeadWord.top(head));
    Window.open();
    Words.set(area.headWord(), HeadWord.pushed(head, code(address)));
  }

  /** A push that links the slot once and not again after its CAS failed. */
  void pushLinkedOnce(long address) {
    RawMemory.storeLinkPlain(address, HeadWord.top(head()));
    Window.open();
    while (true) {
      long head = head();
      if (casHead(head, HeadWord.pushed(head, code(address)))) {
        return;
      }
    }
  }

  /** A push that reads the length of the list below once and not again after its CAS failed. */
  void pushMeasuredOnce(long address) {
    int below = HeadWord.top(head());
    int length = below == 0 ? 0 : RawMemory.loadLinkPlain(area.address(below) + Integer.BYTES);
    Window.open();
    while (true) {
      long head = head();
      RawMemory.storeLinkPlain(address, HeadWord.top(head));
      RawMemory.storeLinkPlain(address + Integer.BYTES, length + 1);
      if (casHead(head, HeadWord.pushed(head, code(address)))) {
        return;
      }
    }
  }

  /** A push of a chain that does not count. */
  void pushChainUncounted(int first, long last) {
    while (true) {
      long head = head();
      RawMemory.storeLinkPlain(last, HeadWord.top(head));
      if (casHead(head, HeadWord.popped(head, first))) {
        return;
      }
    }
  }

  /** A take as it should be. */
  int takeAll() {
    while (true) {
      long head = head();
      if (casHead(head, HeadWord.popped(head, 0))) {
        return HeadWord.top(head);
      }
    }
  }

  /** A take that reads the list and empties it in two steps. */
  int takeAllByStore() {
    long head = head();
    Window.open();
    Words.set(area.headWord(), HeadWord.popped(head, 0));
    return HeadWord.top(head);
  }

  /** A claim as it should be. */
  long claim() {
    while (true) {
      long slot = RawMemory.loadAcquire(area.frontierWord());
      if (slot >= area.layout().slots(Area.SIZE_CLASS)) {
        return NONE;
      }
      if (RawMemory.casVolatile(area.frontierWord(), slot, slot + 1)) {
        return area.address((int) slot + 1);
      }
    }
  }

  /** A claim that stores the new frontier instead of comparing and swapping. */
  long claimByStore() {
    long slot = RawMemory.loadAcquire(area.frontierWord());
    if (slot >= area.layout().slots(Area.SIZE_CLASS)) {
      return NONE;
    }
    Window.open();
    Words.set(area.frontierWord(), slot + 1);
    return area.address((int) slot + 1);
  }

  /** A claim that looks for the end of the area only before its loop. */
  long claimUnchecked() {
    if (RawMemory.loadAcquire(area.frontierWord()) >= area.layout().slots(Area.SIZE_CLASS)) {
      return NONE;
    }
    while (true) {
      Window.open();
      long slot = RawMemory.loadAcquire(area.frontierWord());
      if (RawMemory.casVolatile(area.frontierWord(), slot, slot + 1)) {
        return area.address((int) slot + 1);
      }
    }
  }

  private int code(long address) {
    return area.layout().codeOf(address, Area.SIZE_CLASS);
  }
}
