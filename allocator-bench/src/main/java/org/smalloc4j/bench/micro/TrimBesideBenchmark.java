package org.smalloc4j.bench.micro;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.smalloc4j.Smalloc;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/** What does a thread that trims the heap again and again cost one that is at work? */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TrimBesideBenchmark {
  private static final long BYTE_SIZE = 64;

  /** Blocks that are allocated together, and freed together: more than a magazine from 1,024 on. */
  @Param({"1000", "20000"})
  public int blocks;

  private long[] addresses = {};
  private int[] order = {};
  private Smalloc heap = Smalloc.global();

  @Setup
  public void open() {
    addresses = new long[blocks];
    order = FixedRandom.permutation(blocks);
    heap = Smalloc.create();
  }

  @TearDown
  public void close() {
    heap.close();
  }

  @Benchmark
  @Group("alone")
  public void workAlone() {
    work();
  }

  @Benchmark
  @Group("beside")
  public void workBeside() {
    work();
  }

  @Benchmark
  @Group("beside")
  public long trim() {
    return heap.trim();
  }

  private void work() {
    for (int block = 0; block < blocks; block++) {
      long address = heap.malloc(BYTE_SIZE);
      OffHeap.storeLong(address, address);
      addresses[block] = address;
    }
    for (int block : order) {
      heap.free(addresses[block]);
    }
  }
}
