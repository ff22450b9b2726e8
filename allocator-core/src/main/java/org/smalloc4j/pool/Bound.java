package org.smalloc4j.pool;

import java.util.concurrent.atomic.AtomicLong;

/** How many blocks a pool may hold, and how many it holds or is about to. */
final class Bound {
  private final long maxBlocks;
  private final AtomicLong reserved = new AtomicLong();

  Bound(long maxBlocks) {
    this.maxBlocks = maxBlocks;
  }

  long maxBlocks() {
    return maxBlocks;
  }

  /** Reserves {@code blocks}, or what is left below the bound, 0 if nothing is. */
  int reserve(int blocks) {
    while (true) {
      long before = reserved.get();
      int left = (int) Math.min(blocks, maxBlocks - before);
      // Volatile CAS: of two threads that look at the same rest one gets it. Weaker: the bound is
      // passed. It guards no other memory.
      if (left == 0 || reserved.compareAndSet(before, before + left)) {
        return left;
      }
    }
  }

  /** Gives a reservation back whose blocks did not come. */
  void giveBack(int blocks) {
    reserved.getAndAdd(-blocks);
  }
}
