package org.smalloc4j.bench.pool;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** What does a block of 64 bytes cost where 100 are allocated, written and ended together? */
public class BumpArenaBenchmark extends PoolBenchmark {
  /** By address and as segments; the JDK's slices and arena; and block by block. */
  @Param({"bump-arena", "bump-arena-segments", "slicing", "jdk-arena", "malloc"})
  public String source = "";

  @SuppressWarnings("NullAway.Init")
  private BumpSource blocks;

  @Setup
  public void open() {
    blocks = BumpSource.of(source);
  }

  @Benchmark
  @OperationsPerInvocation(BumpSource.BLOCKS)
  public void round() {
    blocks.round();
  }
}
