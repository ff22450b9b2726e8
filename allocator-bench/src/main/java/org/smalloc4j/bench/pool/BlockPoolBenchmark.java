package org.smalloc4j.bench.pool;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.smalloc4j.bench.allocator.OffHeap;

/**
 * What does it cost to take a block of 64 bytes from a pool, write to it and give it back? Run with
 * {@code -t 2} and more for contention.
 */
public class BlockPoolBenchmark extends PoolBenchmark {
  /** A pool, plain malloc and free, and queues of boxed addresses. */
  @Param({"block-pool", "malloc", "malloc-shared", "jctools", "agrona"})
  public String source = "";

  @SuppressWarnings("NullAway.Init")
  private BlockSource blocks;

  @Setup
  public void open() {
    blocks = BlockSource.of(source);
  }

  @Benchmark
  public void pair() {
    long block = blocks.acquire();
    OffHeap.storeLong(block, block);
    blocks.release(block);
  }
}
