package org.smalloc4j.bench.micro;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.smalloc4j.bench.allocator.OffHeap;

/**
 * What does a block cost that grows by a half, 27 times, from 16 bytes to 600,000, and is then
 * freed?
 *
 * <p>The byte before its end is written at each size.
 */
public class ReallocBenchmark extends AllocatorBenchmark {
  private static final long LEAST = 16;
  private static final long MOST = 600_000;

  @Setup
  public void open() {
    open(1, false);
  }

  @Benchmark
  public void grow() {
    long size = LEAST;
    long address = target.malloc(0, size);
    while (size < MOST) {
      long larger = size + size / 2;
      address = target.realloc(0, address, size, larger);
      size = larger;
      OffHeap.storeByte(address + size - 1, (byte) 1);
    }
    target.free(0, address);
  }
}
