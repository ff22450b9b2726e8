package org.smalloc4j.bench.program;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.concurrent.atomic.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.process.SharedWrites;

/** The threads of a program; they live until it is closed and meet between its phases. */
final class Crew implements AutoCloseable {

  private final Program program;
  private final CyclicBarrier barrier;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile Round current = new Round();
  private volatile boolean closed;

  /** When the first thread began and the last ended, what they did, and the most shared writes. */
  private static final class Round {
    final LongAccumulator start = new LongAccumulator(Math::min, Long.MAX_VALUE);
    final LongAccumulator end = new LongAccumulator(Math::max, Long.MIN_VALUE);
    final AtomicLong operations = new AtomicLong();
    final DoubleAccumulator mostWrites = new DoubleAccumulator(Math::max, 0);
  }

  /**
   * A round's wall time, and its operations.
   *
   * @param mostWrites shared writes per operation of the thread that had the most; 0 unless counted
   */
  record Time(long nanos, long operations, double mostWrites) {
    double nanosPerOperation() {
      return (double) nanos / operations;
    }
  }

  Crew(Program program) {
    this.program = program;
    this.barrier = new CyclicBarrier(program.threads + 1);
    for (int i = 0; i < program.threads; i++) {
      int thread = i;
      program.thread(() -> serve(thread)).start();
    }
  }

  /** Has the threads do a round; what one of them throws is thrown. */
  Time round() {
    var round = new Round();
    current = round;
    for (int meetings = 0; meetings < 4; meetings++) {
      meet();
    }
    Throwable thrown = failure.get();
    if (thrown instanceof ProgramException e) {
      throw e;
    }
    if (thrown != null) {
      throw new ProgramException(thrown.toString());
    }
    return new Time(
        round.end.get() - round.start.get(), round.operations.get(), round.mostWrites.get());
  }

  private void serve(int thread) {
    while (true) {
      meet();
      if (closed) {
        return;
      }
      Round round = current;
      guarded(() -> program.prepare(thread));
      meet();
      round.start.accumulate(System.nanoTime());
      guarded(() -> run(thread, round));
      round.end.accumulate(System.nanoTime());
      meet();
      guarded(() -> program.tidy(thread));
      meet();
    }
  }

  private void run(int thread, Round round) {
    long writes = SharedWrites.ofThisThread();
    long operations = program.run(thread);
    round.operations.addAndGet(operations);
    if (operations > 0) {
      round.mostWrites.accumulate((double) (SharedWrites.ofThisThread() - writes) / operations);
    }
  }

  /** After a failure nothing more is done, but the threads go on meeting. */
  private void guarded(Runnable phase) {
    if (failure.get() == null) {
      try {
        phase.run();
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      }
    }
  }

  private void meet() {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException("nobody interrupts", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    meet();
  }
}
