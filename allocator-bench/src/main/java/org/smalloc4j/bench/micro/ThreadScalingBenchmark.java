package org.smalloc4j.bench.micro;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.smalloc4j.bench.allocator.OffHeap;

/**
 * What does malloc + write + free of 64 bytes cost where many threads do it at once?
 *
 * <p>Run it with {@code -t 1}, 2, 4, 16, 64 and 128. The score is the time per operation of each
 * thread, so beyond one thread per processor it grows with the number of threads.
 */
public class ThreadScalingBenchmark extends AllocatorBenchmark {
  @Setup
  public void open(BenchmarkParams params) {
    open(OwnBlock.ids(params.getThreads()), false);
  }

  @Benchmark
  public void pair(OwnBlock block) {
    long address = target.malloc(block.id, BYTE_SIZE);
    OffHeap.storeLong(address, address);
    target.free(block.id, address);
  }
}
