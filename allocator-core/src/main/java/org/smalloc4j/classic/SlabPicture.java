package org.smalloc4j.classic;

import java.util.List;

/**
 * A slab as it was at one instant, for who draws the heap.
 *
 * @param base where the slab begins
 * @param slotBytes bytes of a slot
 * @param colourBytes bytes before the first slot
 * @param slots the state of each slot
 */
record SlabPicture(long base, int slotBytes, int colourBytes, List<State> slots) {

  /** What a slot is. */
  enum State {
    /** Handed out. */
    LIVE,
    /** On the list, and was live. */
    FREED,
    /** On the list, and never handed out. */
    FRESH
  }
}
