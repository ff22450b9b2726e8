package org.smalloc4j.bench.micro;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.smalloc4j.bench.allocator.OffHeap;

/**
 * Does a thread's malloc and free slow down when its neighbour allocates too?
 *
 * <p>The ratio of {@link #besideAnother} to {@link #alone} is 1 if what two threads write on every
 * call lies on different cache lines, and several times that if not. It takes two idle processors
 * with a core each to tell.
 */
public class FalseSharingBenchmark extends AllocatorBenchmark {
  @Setup
  public void open(BenchmarkParams params) {
    open(OwnBlock.ids(params.getThreads()), false);
  }

  @Benchmark
  @Threads(1)
  public void alone(OwnBlock block) {
    pair(block.id);
  }

  @Benchmark
  @Threads(2)
  public void besideAnother(OwnBlock block) {
    pair(block.id);
  }

  private void pair(int id) {
    long address = target.malloc(id, BYTE_SIZE);
    OffHeap.storeLong(address, address);
    target.free(id, address);
  }
}
