package org.smalloc4j.classic;

import org.jspecify.annotations.Nullable;

/** Who may be inside a heap: one thread ever, or all, one at a time. */
final class Turns {
  private final @Nullable Thread owner;
  private final SpinLock lock = new SpinLock();

  private Turns(@Nullable Thread owner) {
    this.owner = owner;
  }

  static Turns of(Thread owner) {
    return new Turns(owner);
  }

  static Turns ofAllThreads() {
    Turns turns = new Turns(null);
    turns.begin(); // what a first lock and unlock link needs Java heap: now, not within a call
    turns.end();
    return turns;
  }

  boolean isForOneThread() {
    return owner != null;
  }

  /**
   * Begins a turn of the calling thread, which has none.
   *
   * @throws WrongThreadException if they are another thread's alone
   */
  @SuppressWarnings("ReferenceEquality") // a thread is itself alone
  void begin() {
    if (owner == null) {
      lock.lock();
    } else if (owner != Thread.currentThread()) {
      throw new WrongThreadException(
          "this first-fit heap is for "
              + owner
              + ", called by "
              + Thread.currentThread()
              + "; use FirstFitAllocator.locked");
    }
  }

  void end() {
    if (owner == null) {
      lock.unlock();
    }
  }

  /** Tells whether the calling thread holds the lock; false where there is none. */
  boolean isHeld() {
    return owner == null && lock.isHeldByCurrentThread();
  }

  long waitNanos() {
    return lock.waitNanos();
  }
}
