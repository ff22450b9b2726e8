package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A point where two actors wait for each other, where one alone would be through long before the
 * other comes. The wait is short and bounded: who comes too late just goes on.
 */
public final class Meeting {
  private static final int MOST_LOOKS = 500;

  private final AtomicInteger arrived = new AtomicInteger();

  /** Creates a meeting of two. */
  public Meeting() {}

  /** Waits until both are here, but not for long. */
  public void await() {
    arrived.getAndIncrement();
    for (int i = 0; i < MOST_LOOKS && arrived.get() < 2; i++) {
      Thread.onSpinWait();
    }
  }
}
