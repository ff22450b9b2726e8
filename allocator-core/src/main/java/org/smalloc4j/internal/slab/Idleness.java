package org.smalloc4j.internal.slab;

import java.util.Arrays;
import org.smalloc4j.internal.address.RegionLayout;

/**
 * How long owners have done nothing, as far as the words of their stashes show. A thread that waits
 * for a moment is about to use what it has; one that has waited for long is not. Wait-free, for any
 * threads: what they write over each other makes an owner seem to have been idle longer or less.
 */
final class Idleness {
  /** What counts as long. Measured on threads that wait for each other, and on pools (ADR 27). */
  static final long LONG_NANOS = 5_000_000;

  /** Nobody looks at an owner again before that. */
  static final long PAUSE_NANOS = 1_000_000;

  /** Slabs that a call looks at, whatever it looks for, so that none is looked at too rarely. */
  private static final int AT_A_TIME = 8;

  /** What the words of a slab looked like at the last look. */
  private final int[] digests = new int[RegionLayout.SLABS];

  /** When that was. */
  private final long[] lookedAt = new long[RegionLayout.SLABS];

  /** When they were first seen to look like that. */
  private final long[] changedAt = new long[RegionLayout.SLABS];

  /** The slab that is looked at next. */
  private int next;

  /** Creates what nobody has looked for yet. */
  Idleness() {
    long before = System.nanoTime() - PAUSE_NANOS;
    Arrays.fill(lookedAt, before);
    Arrays.fill(changedAt, before);
  }

  /** Looks at those of the next few slabs, one after the other and around, that have an owner. */
  void lookAtSome(Directory directory, Owners owners, long now) {
    for (int i = 0; i < AT_A_TIME; i++) {
      int slab = (next + i) & (RegionLayout.SLABS - 1);
      if (owners.owner(slab) != null) {
        look(slab, directory.slab(slab), now);
      }
    }
    next += AT_A_TIME;
  }

  /** Looks at a slab, unless that was done a moment before {@code now}. */
  void look(int slab, OwnedSlab words, long now) {
    if (now - lookedAt[slab] < PAUSE_NANOS) {
      return;
    }
    int digest = words.digest();
    if (digests[slab] != digest) {
      digests[slab] = digest;
      changedAt[slab] = now;
    }
    lookedAt[slab] = now;
  }

  /** Tells whether a slab's words have not been seen to change for long before the last look. */
  boolean isLong(int slab) {
    return lookedAt[slab] - changedAt[slab] >= LONG_NANOS;
  }
}
