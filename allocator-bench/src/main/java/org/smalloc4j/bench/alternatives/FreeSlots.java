package org.smalloc4j.bench.alternatives;

/** The free slots of one slab, used by one thread. */
interface FreeSlots {

  /** Answer of {@link #take} where there is no slot. */
  long NONE = 0;

  /** Takes a free slot of a class; returns its address, or {@link #NONE}. */
  long take(int sizeClass);

  /** Puts a slot back; returns false, with nothing done, if there is no room for it. */
  boolean tryPut(int sizeClass, long address);
}
