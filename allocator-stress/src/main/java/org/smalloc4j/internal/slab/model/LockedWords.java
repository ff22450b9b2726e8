package org.smalloc4j.internal.slab.model;

import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.raw.RawMemory;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Words;

/** The operations on the shared words of an area, one at a time: what they have to look like. */
final class LockedWords {
  private static final long NONE = 0;

  private final Area area;

  LockedWords(Area area) {
    this.area = area;
  }

  synchronized long pop() {
    int top = HeadWord.top(head());
    if (top == 0) {
      return NONE;
    }
    setTop(RawMemory.loadLinkPlain(area.address(top)));
    return area.address(top);
  }

  synchronized void push(long address) {
    RawMemory.storeLinkPlain(address, HeadWord.top(head()));
    setTop(area.layout().codeOf(address, Area.SIZE_CLASS));
  }

  synchronized int takeAll() {
    int top = HeadWord.top(head());
    setTop(0);
    return top;
  }

  synchronized long claim() {
    long frontier = RawMemory.loadAcquire(area.frontierWord());
    Words.set(area.frontierWord(), frontier + 1);
    return area.address((int) frontier + 1);
  }

  private long head() {
    return RawMemory.loadAcquire(area.headWord());
  }

  private void setTop(int top) {
    Words.set(area.headWord(), HeadWord.popped(head(), top));
  }
}
