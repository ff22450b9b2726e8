package org.smalloc4j.bench.micro;

import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/** What does a block of 64 bytes cost where 1,000 are allocated, then freed in some order? */
public class BatchBenchmark extends AllocatorBenchmark {
  private static final int BLOCKS = 1_000;

  /** Last in first out, first in first out, or a fixed random order. */
  @Param({"lifo", "fifo", "random"})
  public String order = "";

  private final long[] addresses = new long[BLOCKS];
  private int[] freed = {};

  @Setup
  public void open() {
    open(BLOCKS, false);
    freed =
        switch (order) {
          case "lifo" -> IntStream.range(0, BLOCKS).map(i -> BLOCKS - 1 - i).toArray();
          case "fifo" -> IntStream.range(0, BLOCKS).toArray();
          case "random" -> FixedRandom.permutation(BLOCKS);
          default -> throw new IllegalArgumentException("no order \"" + order + "\"");
        };
  }

  @Benchmark
  @OperationsPerInvocation(BLOCKS)
  public void batch() {
    for (int block = 0; block < BLOCKS; block++) {
      long address = target.malloc(block, BYTE_SIZE);
      OffHeap.storeLong(address, address);
      addresses[block] = address;
    }
    for (int block : freed) {
      target.free(block, addresses[block]);
    }
  }
}
