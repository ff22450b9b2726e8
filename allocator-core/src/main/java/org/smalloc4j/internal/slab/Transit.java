package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether some thread has free slots in its hands, between the place it took them from and the
 * shared words. Who finds nothing left waits for it, a second at the most, and looks again.
 */
final class Transit {
  private static final long MOST_NANOS = 1_000_000_000L;
  private static final int SPINS = 1000;

  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  /** Begins one; {@link #end} must follow. */
  void begin() {
    running.incrementAndGet();
  }

  /** Ends one: its slots are on the shared words. */
  void end() {
    ended.incrementAndGet();
    running.decrementAndGet();
  }

  /** Returns a number that changes when one ends, for {@link #hasMoved}. */
  int ended() {
    return ended.get();
  }

  /**
   * Waits for those that are under way.
   *
   * @param endedBefore {@link #ended} before the caller looked for slots
   * @return whether one has ended since, so that another look is worth while
   */
  @SuppressWarnings("ThreadPriorityCheck") // who yields waits for a thread that may want this core
  boolean hasMoved(int endedBefore) {
    long start = 0;
    for (int i = 0; ended.get() == endedBefore; i++) {
      if (running.get() == 0) {
        // end() counts first: one that ended between the two loads is seen now.
        return ended.get() != endedBefore;
      }
      if (i < SPINS) {
        Thread.onSpinWait();
      } else {
        long now = System.nanoTime();
        start = start == 0 ? now : start;
        if (now - start > MOST_NANOS) {
          return false;
        }
        Thread.yield();
      }
    }
    return true;
  }
}
