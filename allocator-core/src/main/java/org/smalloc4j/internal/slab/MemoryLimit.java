package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bound on the bytes taken from the frontiers of a heap. An unlimited one keeps no count and
 * writes nothing.
 *
 * <p>Invariant: {@code 0 <= taken <= byteLimit}.
 */
public final class MemoryLimit {
  /** The limit of a heap that has none. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  private final long byteLimit;
  private final AtomicLong taken = new AtomicLong();

  /**
   * Whether an allocation failed since the last trim. Racy: a thread that sees it late hoards a
   * little longer.
   */
  private boolean exhausted;

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
    }
  }
}
