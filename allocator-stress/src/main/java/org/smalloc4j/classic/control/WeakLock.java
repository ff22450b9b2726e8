package org.smalloc4j.classic.control;

import java.util.concurrent.atomic.AtomicBoolean;

/** A spin lock, and what it would be with something left out. */
final class WeakLock {
  private static final int SPINS = 30;

  private final AtomicBoolean taken = new AtomicBoolean();

  /** Lets time pass between two steps, long enough to be hit. */
  static void window() {
    for (int i = 0; i < SPINS; i++) {
      Thread.onSpinWait();
    }
  }

  /** Takes the lock as it should be. */
  void lock() {
    while (!taken.compareAndSet(false, true)) {
      Thread.onSpinWait();
    }
  }

  /** Looks until the lock is free, and stores. */
  void lockByStore() {
    while (taken.get()) {
      Thread.onSpinWait();
    }
    window();
    taken.set(true);
  }

  /** Gives the lock back. */
  void unlock() {
    taken.set(false);
  }
}
