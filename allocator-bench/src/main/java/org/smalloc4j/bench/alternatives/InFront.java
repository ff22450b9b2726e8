package org.smalloc4j.bench.alternatives;

/** What does not fit in front goes behind; what is not in front comes from behind. */
record InFront(FreeSlots front, FreeSlots behind) implements FreeSlots {

  @Override
  public long take(int sizeClass) {
    long taken = front.take(sizeClass);
    return taken != NONE ? taken : behind.take(sizeClass);
  }

  @Override
  public boolean tryPut(int sizeClass, long address) {
    return front.tryPut(sizeClass, address) || behind.tryPut(sizeClass, address);
  }
}
