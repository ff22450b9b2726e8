package org.smalloc4j.bench.micro;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.smalloc4j.bench.allocator.OffHeap;

/** What does malloc + write + free of 64 bytes cost where nothing else is live? */
public class PairBenchmark extends AllocatorBenchmark {
  @Setup
  public void open() {
    open(1, false);
  }

  @Benchmark
  public void pair() {
    long address = target.malloc(0, BYTE_SIZE);
    OffHeap.storeLong(address, address);
    target.free(0, address);
  }
}
