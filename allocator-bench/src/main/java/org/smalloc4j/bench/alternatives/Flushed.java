package org.smalloc4j.bench.alternatives;

/**
 * A front that is filled from behind by half its slots when it is empty, and flushed by half when
 * it is full, as in J. Bonwick and J. Adams, "Magazines and Vmem" (USENIX 2001).
 */
record Flushed(FreeSlots front, FreeSlots behind, int mostSlots) implements FreeSlots {

  @Override
  public long take(int sizeClass) {
    long taken = front.take(sizeClass);
    if (taken != NONE) {
      return taken;
    }
    for (int left = half(sizeClass); left > 1; left--) {
      long moved = behind.take(sizeClass);
      if (moved == NONE) {
        return front.take(sizeClass);
      }
      front.tryPut(sizeClass, moved);
    }
    taken = behind.take(sizeClass);
    return taken != NONE ? taken : front.take(sizeClass);
  }

  @Override
  public boolean tryPut(int sizeClass, long address) {
    if (!front.tryPut(sizeClass, address)) {
      for (int left = half(sizeClass); left > 0; left--) {
        behind.tryPut(sizeClass, front.take(sizeClass));
      }
      front.tryPut(sizeClass, address);
    }
    return true;
  }

  private int half(int sizeClass) {
    return Math.max(1, Magazines.slots(sizeClass, mostSlots) / 2);
  }
}
