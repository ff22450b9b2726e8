package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;

/**
 * How long owners have done nothing, as far as the words of their stashes show. A thread that waits
 * for a moment is about to use what it has; one that has waited for long is not. Wait-free, for any
 * threads: what they write over each other makes an owner seem to have been idle longer or less.
 */
final class Idleness {
  /** What counts as long. Measured on threads that wait for each other, and on pools (ADR 27). */
  static final long LONG_NANOS = 5_000_000;

  /** Nobody looks at all owners again before that. */
  static final long PAUSE_NANOS = 1_000_000;

  /** What the words of a slab looked like when they were last seen to have changed, and when. */
  private final int[] digests = new int[RegionLayout.SLABS];

  private final long[] changedAt = new long[RegionLayout.SLABS];

  private long lookedAt = System.nanoTime() - PAUSE_NANOS;

  /** Looks at all owners, unless that was done a moment ago. */
  void look(Owners owners, Directory directory) {
    long now = System.nanoTime();
    if (now - lookedAt < PAUSE_NANOS) {
      return;
    }
    lookedAt = now;
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      if (owners.owner(slab) != null) {
        int digest = directory.slab(slab).digest();
        changedAt[slab] = digests[slab] == digest ? changedAt[slab] : now;
        digests[slab] = digest;
      }
    }
  }

  /** Tells whether a slab's words have not been seen to change for long before the last look. */
  boolean isLong(int slab) {
    return lookedAt - changedAt[slab] >= LONG_NANOS;
  }
}
