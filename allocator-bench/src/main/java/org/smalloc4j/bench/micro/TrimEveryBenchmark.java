package org.smalloc4j.bench.micro;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.smalloc4j.Smalloc;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/** What does a thread that trims the heap by the clock cost the one that allocates? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TrimEveryBenchmark {
  private static final long BYTE_SIZE = 64;
  private static final int BLOCKS = 1_000;

  /** "none", or an interval as {@link Duration#parse} reads it; PT0.000000001S: without a pause. */
  @Param({"none", "PT1S", "PT0.000000001S"})
  public String interval = "";

  private final long[] addresses = new long[BLOCKS];
  private final int[] order = FixedRandom.permutation(BLOCKS);
  private Smalloc heap = Smalloc.global();

  @Setup
  public void open() {
    Smalloc.Builder builder = Smalloc.builder();
    if (!interval.equals("none")) {
      builder.trimEvery(Duration.parse(interval));
    }
    heap = builder.build();
  }

  @TearDown
  public void close() {
    heap.close();
  }

  @Benchmark
  public void pair() {
    long address = heap.malloc(BYTE_SIZE);
    OffHeap.storeLong(address, address);
    heap.free(address);
  }

  @Benchmark
  @OperationsPerInvocation(BLOCKS)
  public void batch() {
    for (int block = 0; block < BLOCKS; block++) {
      long address = heap.malloc(BYTE_SIZE);
      OffHeap.storeLong(address, address);
      addresses[block] = address;
    }
    for (int block : order) {
      heap.free(addresses[block]);
    }
  }
}
