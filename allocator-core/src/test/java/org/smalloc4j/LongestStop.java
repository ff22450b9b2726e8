package org.smalloc4j;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * A program: prints how long a thread that looks at the clock was stopped, in ms, while a thread
 * dump was taken every 20 ms: with nothing else going on, and while a block of 512 MiB grew and one
 * was allocated zeroed. An argument "whole" copies it with one call instead, as a control.
 */
final class LongestStop {
  private static final long BYTE_SIZE = 512L << 20;
  private static final long SMALL_BYTES = 4L << 20;
  private static final long OS_PAGE_BYTES = 4096;
  private static final long EVERY_NANOS = 20_000_000L;
  private static final int IDLE_MILLIS = 500;

  private final CountDownLatch ticks = new CountDownLatch(1);
  private volatile boolean ended;

  /** Written by the ticking thread, read when that has ended. */
  private long longestNanos;

  private LongestStop() {}

  /** Runs the program. */
  public static void main(String[] arguments) throws InterruptedException {
    boolean whole = arguments.length > 0 && arguments[0].equals("whole");
    try (Smalloc heap = Smalloc.create()) {
      for (int i = 0; i < 20; i++) {
        work(heap, touched(heap, SMALL_BYTES), whole);
        Thread.getAllStackTraces();
      }
      millis(LongestStop::idle);
      long idle = millis(LongestStop::idle);
      MemorySegment block = touched(heap, BYTE_SIZE);
      long working = millis(() -> work(heap, block, whole));
      System.out.printf(Locale.ROOT, "%d %d", idle, working);
    }
  }

  private static void idle() {
    try {
      Thread.sleep(IDLE_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }

  /** Returns a block that is in memory; such a loop can be one that stops others. */
  private static MemorySegment touched(Smalloc heap, long byteSize) {
    MemorySegment block = heap.allocate(byteSize, 1);
    for (long at = 0; at < byteSize; at += OS_PAGE_BYTES) {
      block.set(ValueLayout.JAVA_BYTE, at, (byte) 1);
    }
    return block;
  }

  private static void work(Smalloc heap, MemorySegment block, boolean whole) {
    long byteSize = block.byteSize();
    MemorySegment grown;
    if (whole) {
      grown = heap.allocate(2 * byteSize, 1).copyFrom(block);
      heap.free(block);
    } else {
      grown = heap.reallocate(block, 2 * byteSize);
    }
    heap.free(grown);
    heap.free(heap.calloc(byteSize)); // the block that was copied, which is not zero
  }

  private static long millis(Runnable work) throws InterruptedException {
    return new LongestStop().during(work) / 1_000_000;
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
      Thread.getAllStackTraces();
      LockSupport.parkNanos(EVERY_NANOS);
    }
  }
}
