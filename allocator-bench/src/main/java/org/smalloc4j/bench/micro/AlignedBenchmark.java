package org.smalloc4j.bench.micro;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.smalloc4j.bench.allocator.OffHeap;

/** What does a block of 64 bytes cost that begins at a multiple of more than malloc promises? */
public class AlignedBenchmark extends AllocatorBenchmark {
  @Param({"64", "4096"})
  public long byteAlignment;

  @Setup
  public void open() {
    open(1, false);
  }

  @Benchmark
  public void aligned() {
    long address = target.aligned(0, BYTE_SIZE, byteAlignment);
    OffHeap.storeLong(address, address);
    target.free(0, address);
  }
}
