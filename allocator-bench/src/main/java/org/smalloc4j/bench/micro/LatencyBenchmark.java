package org.smalloc4j.bench.micro;

import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/**
 * How long does a single operation take at a rate of a million a second?
 *
 * <p>{@link #owner} frees and allocates in turn, random ones of 4,096 blocks of mixed sizes, for 5
 * seconds; with {@code smalloc4j-shared} that is the shared words. {@link #remote} frees blocks of
 * 64 bytes that another thread allocates all the time. A latency is counted from when the operation
 * was due, so one that is late makes those behind it late (no coordinated omission), and includes
 * about 20 ns of {@code System.nanoTime}. The score is the time of it all; the percentiles stand
 * below it, in nanoseconds.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 1)
@Fork(1)
public class LatencyBenchmark extends AllocatorBenchmark {
  private static final int OPERATIONS = 5_000_000;
  private static final long INTERVAL_NANOS = 1_000;
  private static final int BLOCKS = 4_096;
  private static final int BATCH = 512;
  private static final int BATCHES = 16;
  private static final int SIGNIFICANT_DIGITS = 3;

  /** The distribution of one iteration, in nanoseconds. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Latencies {
    public double p50;
    public double p99;
    public double p999;
    public double p9999;
    public double max;

    private void set(Histogram nanos) {
      p50 = nanos.getValueAtPercentile(50);
      p99 = nanos.getValueAtPercentile(99);
      p999 = nanos.getValueAtPercentile(99.9);
      p9999 = nanos.getValueAtPercentile(99.99);
      max = nanos.getMaxValue();
    }
  }

  /** A single operation, the {@code i}-th. */
  private interface Operation {
    void run(int i);
  }

  private final int[] sizes = FixedRandom.mixedSizes();
  private final long[] addresses = new long[BLOCKS];
  private long random = FixedRandom.SEED;
  private int hole;

  private final Queue<long[]> empty = new SpscVarHandleArrayQueue<>(BATCHES);
  private final Queue<long[]> full = new SpscVarHandleArrayQueue<>(BATCHES);
  private long[] freed = new long[BATCH];
  private int left;
  private @Nullable Thread producer;

  @Setup
  public void open() {
    open(BLOCKS, true);
    for (int block = 0; block < BLOCKS; block++) {
      hole = block;
      fillHole();
    }
    for (int i = 1; i < BATCHES; i++) { // one more is in freed
      empty.add(new long[BATCH]);
    }
  }

  @Benchmark
  public void owner(Latencies latencies) {
    latencies.set(
        atFixedRate(
            i -> {
              if (i % 2 == 0) {
                makeHole();
              } else {
                fillHole();
              }
            }));
  }

  /** What the machine itself does to an operation of no time. */
  @Benchmark
  public void nothing(Latencies latencies) {
    latencies.set(atFixedRate(_ -> {}));
  }

  private void makeHole() {
    random = FixedRandom.next(random);
    hole = FixedRandom.below(random, BLOCKS);
    target.free(hole, addresses[hole]);
  }

  private void fillHole() {
    long address = target.malloc(hole, FixedRandom.size(sizes, random));
    OffHeap.storeLong(address, address);
    addresses[hole] = address;
  }

  @Benchmark
  public void remote(Latencies latencies) {
    if (producer == null) {
      producer = Thread.ofPlatform().daemon().start(this::produce);
    }
    latencies.set(atFixedRate(_ -> freeNext()));
  }

  private void freeNext() {
    if (left == 0) {
      nextBatch();
    }
    left--;
    target.free(0, freed[left]);
  }

  private void nextBatch() {
    empty.offer(freed);
    long[] next = full.poll();
    while (next == null) {
      Thread.onSpinWait();
      next = full.poll();
    }
    freed = next;
    left = BATCH;
  }

  private void produce() {
    while (!Thread.interrupted()) {
      long[] batch = empty.poll();
      if (batch == null) {
        Thread.onSpinWait();
        continue;
      }
      for (int i = 0; i < BATCH; i++) {
        batch[i] = target.malloc(0, BYTE_SIZE);
        OffHeap.storeLong(batch[i], batch[i]);
      }
      full.add(batch);
    }
  }

  @TearDown
  public void stop() {
    if (producer != null) {
      producer.interrupt();
    }
  }

  private static Histogram atFixedRate(Operation operation) {
    var nanos = new Histogram(SIGNIFICANT_DIGITS);
    long due = System.nanoTime();
    for (int i = 0; i < OPERATIONS; i++) {
      while (System.nanoTime() < due) {
        Thread.onSpinWait();
      }
      operation.run(i);
      nanos.recordValue(System.nanoTime() - due);
      due += INTERVAL_NANOS;
    }
    return nanos;
  }
}
