package org.smalloc4j.bench.alternatives;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to find what belongs to the current thread? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class LookupBenchmark {
  private static final int MASK = 4095;

  /** The 47 owners before the one that a scan looks for. */
  private static final int OTHERS = 47;

  private static final class Own {
    final long threadId;
    long calls;

    Own(long threadId) {
      this.threadId = threadId;
    }
  }

  private final Own[] directory = new Own[MASK + 1];
  private final Own[] owners = new Own[OTHERS + 1];

  @SuppressWarnings("ThreadLocalUsage") // each heap would need one of its own
  private final ThreadLocal<Own> threadLocal = new ThreadLocal<>();

  @Setup
  public void enter() {
    long threadId = Thread.currentThread().threadId();
    Own own = new Own(threadId);
    directory[(int) threadId & MASK] = own;
    threadLocal.set(own);
    for (int i = 0; i < OTHERS; i++) {
      owners[i] = new Own(-i);
    }
    owners[OTHERS] = own;
  }

  @Benchmark
  public long directory() {
    long threadId = Thread.currentThread().threadId();
    Own own = directory[(int) threadId & MASK];
    return own.threadId == threadId ? own.calls++ : -1;
  }

  @Benchmark
  public long threadLocal() {
    return threadLocal.get().calls++;
  }

  @Benchmark
  public long scanOfOwners() {
    long threadId = Thread.currentThread().threadId();
    for (Own own : owners) {
      if (own.threadId == threadId) {
        return own.calls++;
      }
    }
    return -1;
  }
}
