package org.smalloc4j.bench.micro;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/** What does malloc + write + free cost where every block is of another size? */
public class SizesBenchmark extends AllocatorBenchmark {
  private static final int PAIRS = 1_024;
  private static final int SMALLEST = 8;
  private static final int SMALL = 128;
  private static final int MEDIUM = 8 << 10;
  private static final int LARGE = 256 << 10;

  /** 8 to 128 bytes, to 8 KiB, to 256 KiB; uniform. */
  @Param({"small", "medium", "large"})
  public String mix = "";

  private int[] sizes = {};
  private long random = FixedRandom.SEED;

  @Setup
  public void open() {
    open(1, false);
    sizes =
        switch (mix) {
          case "small" -> FixedRandom.uniformSizes(SMALLEST, SMALL);
          case "medium" -> FixedRandom.uniformSizes(SMALL, MEDIUM);
          case "large" -> FixedRandom.uniformSizes(MEDIUM, LARGE);
          default -> throw new IllegalArgumentException("no mix \"" + mix + "\"");
        };
  }

  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public void pairs() {
    for (int i = 0; i < PAIRS; i++) {
      random = FixedRandom.next(random);
      long address = target.malloc(0, FixedRandom.size(sizes, random));
      OffHeap.storeLong(address, address);
      target.free(0, address);
    }
  }
}
