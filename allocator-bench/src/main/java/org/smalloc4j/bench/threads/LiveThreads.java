package org.smalloc4j.bench.threads;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.designs.Replacement;

/**
 * Threads that all allocate for a while: each replaces random ones of 100 blocks of its own. They
 * yield often, so that all of them are on their way at any time, virtual ones too.
 */
final class LiveThreads {

  /** Live blocks of a thread. */
  static final int BLOCKS = 100;

  /** Runs of {@link Replacement#run} between two yields: some 100 microseconds. */
  private static final int RUNS = 50;

  private final ReplayTarget target;
  private final int count;
  private final long nanos;
  private final CountDownLatch ready;
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicLong operations = new AtomicLong();
  private final LongAccumulator end = new LongAccumulator(Math::max, Long.MIN_VALUE);

  LiveThreads(ReplayTarget target, int count, long nanos) {
    this.target = target;
    this.count = count;
    this.nanos = nanos;
    this.ready = new CountDownLatch(count);
  }

  /** Starts threads of a kind and waits for their end; returns wall nanoseconds an operation. */
  double run(Thread.Builder kind) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int first = i * BLOCKS;
      threads.add(kind.start(() -> work(first)));
    }
    ready.await();
    long start = System.nanoTime();
    gate.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    return (double) (end.get() - start) / operations.get();
  }

  @SuppressWarnings("ThreadPriorityCheck") // who yields lets the others have their turn
  private void work(int firstId) {
    var replacement = new Replacement(target, firstId, BLOCKS);
    ready.countDown();
    await();
    long deadline = System.nanoTime() + nanos;
    long done = 0;
    do {
      for (int i = 0; i < RUNS; i++) {
        done += replacement.run();
      }
      Thread.yield();
    } while (System.nanoTime() - deadline < 0);
    end.accumulate(System.nanoTime());
    operations.addAndGet(done);
    replacement.freeAll();
  }

  private void await() {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }
}
