package org.smalloc4j.classic.control;

import org.smalloc4j.classic.FourSlots;

/** The list of a slab's free slots A, B, C, D, popped without a lock. */
final class WeakSlab {
  private final int[] links = {1, 2, 3, -1};
  private volatile int firstFree;

  String pop() {
    int slot = firstFree;
    int next = links[slot];
    WeakLock.window();
    firstFree = next;
    return FourSlots.tell(slot);
  }
}
