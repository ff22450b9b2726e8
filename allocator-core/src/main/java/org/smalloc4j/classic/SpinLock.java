package org.smalloc4j.classic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/** A lock whose waiters look at it until it is free. Not reentrant, not fair, blocking. */
final class SpinLock {
  /*
   * Idea: test and test-and-set. One word has the id of the thread that holds the lock.
   *
   *   lock     one CAS. Where that fails: look, with plain loads, which leave the cache line shared
   *            among all who wait, until the word is free; then try the CAS again.
   *   waiting  a bounded number of looks with Thread.onSpinWait, for a holder that runs; then
   *            Thread.yield between the looks, for one that waits for this processor. A virtual
   *            thread parks for a moment as well: among virtual threads that only yield, one that
   *            the scheduler keeps in another queue may never run, and that may be the holder. To
   *            park takes Java heap.
   *
   * Invariants: owner is FREE or the id of a thread between lock and unlock; only that thread writes
   * waitNanos.
   *
   * Source: Rudolph and Segall, "Dynamic decentralized cache schemes for MIMD parallel processors",
   * 1984; measured by Anderson, "The performance of spin lock alternatives", 1990.
   */

  /** No thread's id. */
  private static final long FREE = 0;

  /** Looks before the first yield: some microseconds, which a malloc under the lock takes. */
  private static final int SPINS = 256;

  private static final long PARK_NANOS = 1_000;

  private static final VarHandle OWNER;
  private static final VarHandle WAIT_NANOS;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      OWNER = lookup.findVarHandle(SpinLock.class, "owner", long.class);
      WAIT_NANOS = lookup.findVarHandle(SpinLock.class, "waitNanos", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("UnusedVariable") // by its handle
  private long owner;

  @SuppressWarnings("UnusedVariable") // by its handle
  private long waitNanos;

  /**
   * Waits until no thread has the lock, and takes it. A thread that has it already waits for ever.
   */
  void lock() {
    long self = Thread.currentThread().threadId();
    if (!tryLock(self)) {
      awaitLock(self);
    }
  }

  /**
   * Does what {@link #lock} does, unless the calling thread has the lock already.
   *
   * @return whether the lock was taken, and has to be given back
   */
  boolean lockUnlessHeld() {
    long self = Thread.currentThread().threadId();
    if (!tryLock(self)) {
      if (isHeldByCurrentThread()) {
        return false;
      }
      awaitLock(self);
    }
    return true;
  }

  /** Gives the lock back, which the calling thread has. */
  void unlock() {
    assert isHeldByCurrentThread() : "not held by " + Thread.currentThread();
    // Release: pairs with the CAS of tryLock. Weaker: the next holder misses what this one wrote.
    OWNER.setRelease(this, FREE);
  }

  /** Tells whether the calling thread has the lock. */
  boolean isHeldByCurrentThread() {
    // Opaque: a thread's own id is written by that thread alone. Nothing is read on the strength of
    // it that the thread has not written or locked itself.
    return (long) OWNER.getOpaque(this) == Thread.currentThread().threadId();
  }

  /**
   * Returns the nanoseconds that threads have waited in all. Only who does not get the lock at once
   * measures, from there to when he has it; who still waits is not counted yet.
   */
  long waitNanos() {
    // Opaque: pairs with awaitLock, a number that guards nothing. Weaker: it may never be seen.
    return (long) WAIT_NANOS.getOpaque(this);
  }

  private boolean tryLock(long self) {
    // Acquire half: pairs with unlock's release; what the last holder wrote is seen. Release half:
    // none needed. No CAS: two threads have the lock.
    return OWNER.compareAndSet(this, FREE, self);
  }

  private boolean isFree() {
    // Opaque: the CAS that follows decides. Weaker: the loop may look once and for ever.
    return (long) OWNER.getOpaque(this) == FREE;
  }

  @SuppressWarnings("ThreadPriorityCheck") // who yields waits for a holder that may want this core
  private void awaitLock(long self) {
    assert !isHeldByCurrentThread() : "held already by " + Thread.currentThread();
    long began = System.nanoTime();
    int spins = SPINS;
    do {
      while (!isFree()) {
        if (spins > 0) {
          spins--;
          Thread.onSpinWait();
        } else {
          Thread.yield();
          if (Thread.currentThread().isVirtual()) {
            LockSupport.parkNanos(PARK_NANOS);
          }
        }
      }
    } while (!tryLock(self));
    // Opaque: written under the lock, so no sum is lost; read by anybody.
    WAIT_NANOS.setOpaque(this, waitNanos() + System.nanoTime() - began);
  }
}
