package org.smalloc4j.bench.micro;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.smalloc4j.bench.allocator.OffHeap;

/** What does a zeroed block cost, allocated, written and freed? */
public class CallocBenchmark extends AllocatorBenchmark {
  @Param({"64", "4096"})
  public long byteSize;

  @Setup
  public void open() {
    open(1, false);
  }

  @Benchmark
  public void calloc() {
    long address = target.calloc(0, byteSize);
    OffHeap.storeLong(address, address);
    target.free(0, address);
  }
}
