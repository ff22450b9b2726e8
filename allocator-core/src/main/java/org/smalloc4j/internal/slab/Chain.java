package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.raw.RawMemory;

/** Slots of one (slab, class) that the caller owns, linked up to be pushed together. */
final class Chain {
  private final RegionLayout layout;
  private final int slab;
  private final int sizeClass;
  private int first;
  private long last;

  /** Creates an empty chain. */
  Chain(RegionLayout layout, int slab, int sizeClass) {
    this.layout = layout;
    this.slab = slab;
    this.sizeClass = sizeClass;
  }

  /** Adds a slot. */
  void add(long address) {
    if (first == 0) {
      last = address;
    }
    RawMemory.storeLinkPlain(address, first);
    first = layout.codeOf(address, sizeClass);
  }

  /** Pushes the slots, if there are any, with a single CAS. */
  void pushTo(SharedWords words) {
    if (first != 0) {
      words.pushChain(first, last, slab, sizeClass);
    }
  }
}
