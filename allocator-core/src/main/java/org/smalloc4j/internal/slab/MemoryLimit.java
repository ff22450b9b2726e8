package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bound on the bytes that a heap has taken, from frontiers and of purged slots, and what it has
 * refused. An unlimited one keeps no count and writes nothing.
 *
 * <p>Invariant: {@code 0 <= taken <= byteLimit}.
 */
public final class MemoryLimit {
  /*
   * A cache at its limit is refused again and again. So a refusal is remembered, with the number of
   * changes before it, and holds for its size and larger ones until something changes: a slot is
   * pushed, or bytes are given back.
   *
   *   changes   [number of changes:63 | watched:1]
   *   refuser   e = changes, after it has set watched; then the look that finds nothing; then e and
   *             the class are kept
   *   pusher    the push; then, if watched, CAS to the next number, unwatched
   *
   * Either the look finds the slot, or the pusher comes to changes after the refuser, and e is out of
   * date. One word: a pusher that ended the watch and counted in two steps would end the watch of a
   * refuser that knows of its change already.
   */

  /** The limit of a heap that has none. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  private final long byteLimit;
  private final AtomicLong taken = new AtomicLong();

  /**
   * Whether an allocation failed since the last trim. Racy: a thread that sees it late hoards a
   * little longer.
   */
  private boolean exhausted;

  private static final int CLASS_BITS = 5;
  private static final long NO_REFUSAL = -1;

  /** How long a refusal holds at the most: an owner that dies changes nothing here. */
  private static final long MOST_NANOS = 1_000_000L;

  private static final long WATCHED = 1;

  private final AtomicLong changes = new AtomicLong();

  /** The changes before the last refusal, and its class. */
  private volatile long refusal = NO_REFUSAL;

  /** Racy: when the last refusal was, or the one before. */
  private long refusedAt;

  /** Creates a limit of {@code byteLimit} bytes, nothing taken. */
  public MemoryLimit(long byteLimit) {
    this.byteLimit = byteLimit;
  }

  /** Returns the most bytes that can be taken. */
  public long byteLimit() {
    return byteLimit;
  }

  /** Tells whether there is a limit. */
  public boolean isLimited() {
    return byteLimit != UNLIMITED;
  }

  /** Tells whether slots are so few that owners should not hoard them. */
  boolean isScarce() {
    return exhausted || isLimited();
  }

  /** Notes that an allocation found nothing on the shared words. */
  void noteExhaustion() {
    exhausted = true;
  }

  /** Forgets exhaustion: memory was given back. */
  void forgetExhaustion() {
    exhausted = false;
  }

  /** Tells whether the limit, if there is one, would refuse {@code byteSize} more bytes now. */
  public boolean refuses(long byteSize) {
    return isLimited() && byteSize > byteLimit - taken.get();
  }

  /** Takes {@code byteSize} bytes; returns false, having taken nothing, if that is too much. */
  boolean tryTake(long byteSize) {
    if (!isLimited()) {
      return true;
    }
    // Volatile compare-and-set: the count guards no other memory, it only must not lose an update.
    for (long before = taken.get(); byteSize <= byteLimit - before; before = taken.get()) {
      if (taken.compareAndSet(before, before + byteSize)) {
        return true;
      }
    }
    return false;
  }

  /** Gives back bytes that were taken. */
  void giveBack(long byteSize) {
    if (isLimited()) {
      taken.addAndGet(-byteSize);
      noteChange();
    }
  }

  /** Notes that a slot was pushed, after the push. */
  void noteChange() {
    if (!isLimited()) {
      return;
    }
    long before = changes.get();
    if ((before & WATCHED) != 0) {
      changes.compareAndSet(before, before + WATCHED); // failure: another change was noted
    }
  }

  /** Begins a look for a slot. Returns what {@link #noteRefusal} is told if it finds none. */
  long watch() {
    long before = changes.get();
    while ((before & WATCHED) == 0 && !changes.compareAndSet(before, before | WATCHED)) {
      before = changes.get();
    }
    return before | WATCHED;
  }

  /** Notes that a look has found no slot of a class, nor of a larger one. */
  void noteRefusal(long watch, int sizeClass) {
    refusal = watch << CLASS_BITS | sizeClass;
    refusedAt = System.nanoTime();
  }

  /**
   * Tells whether a look for a slot of a class would find none, since one has not, and nothing has
   * changed. It says nothing about what the calling thread keeps.
   */
  boolean stillRefuses(int sizeClass) {
    return holds(sizeClass) && System.nanoTime() - refusedAt < MOST_NANOS;
  }

  /** Tells whether nothing has changed since a look for a slot of a class, or a smaller one. */
  boolean holds(int sizeClass) {
    long last = refusal;
    return last >> CLASS_BITS == changes.get() && sizeClass >= (last & ((1 << CLASS_BITS) - 1));
  }
}
