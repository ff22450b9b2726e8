package org.smalloc4j.bench.pause;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how long a thread that does nothing but look at the clock was stopped, while another
 * thread has all of them stopped every 20 ms.
 */
final class LongestStop {
  private static final long EVERY_NANOS = 20_000_000L;

  private final StopCause cause;
  private final CountDownLatch ticks = new CountDownLatch(1);
  private volatile boolean ended;

  /** Written by the ticking thread, read when that has ended. */
  private long longestNanos;

  private LongestStop(StopCause cause) {
    this.cause = cause;
  }

  /** Does some work; returns the longest stop meanwhile, in ms. */
  static double millis(StopCause cause, Runnable work) throws InterruptedException {
    return new LongestStop(cause).during(work) / 1e6;
  }

  private long during(Runnable work) throws InterruptedException {
    Thread ticking = Thread.ofPlatform().daemon().start(this::tick);
    Thread stopping = Thread.ofPlatform().daemon().start(this::stopAll);
    ticks.await();
    try {
      work.run();
    } finally {
      ended = true;
      ticking.join();
      stopping.join();
    }
    return longestNanos;
  }

  private void tick() {
    long before = System.nanoTime();
    ticks.countDown();
    while (!ended) {
      long now = System.nanoTime();
      longestNanos = Math.max(longestNanos, now - before);
      before = now;
    }
  }

  private void stopAll() {
    while (!ended) {
      cause.stop();
      LockSupport.parkNanos(EVERY_NANOS);
    }
  }
}
