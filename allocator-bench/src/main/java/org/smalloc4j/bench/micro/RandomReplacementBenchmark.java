package org.smalloc4j.bench.micro;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/**
 * What does it cost to replace a random one of many live blocks of mixed sizes, 16 to 1023 bytes?
 *
 * <p>4,096 blocks, about 1.4 MB, fit into the caches next to the core; a million do not.
 */
public class RandomReplacementBenchmark extends AllocatorBenchmark {
  private static final int REPLACEMENTS = 1_024;

  @Param({"4096", "1000000"})
  public int blocks;

  private final int[] sizes = FixedRandom.mixedSizes();
  private long random = FixedRandom.SEED;
  private long[] addresses = {};

  @Setup
  public void fill() {
    open(blocks, false);
    addresses = new long[blocks];
    for (int block = 0; block < blocks; block++) {
      random = FixedRandom.next(random);
      allocate(block);
    }
  }

  @Benchmark
  @OperationsPerInvocation(REPLACEMENTS)
  public void replace() {
    for (int i = 0; i < REPLACEMENTS; i++) {
      random = FixedRandom.next(random);
      int block = FixedRandom.below(random, blocks);
      target.free(block, addresses[block]);
      allocate(block);
    }
  }

  /** All of {@link #replace} but free and malloc: what is left of the time is the allocator's. */
  @Benchmark
  @OperationsPerInvocation(REPLACEMENTS)
  public long touch() {
    long bytes = 0;
    for (int i = 0; i < REPLACEMENTS; i++) {
      random = FixedRandom.next(random);
      int block = FixedRandom.below(random, blocks);
      long address = addresses[block];
      bytes += FixedRandom.size(sizes, random);
      OffHeap.storeLong(address, address);
      addresses[block] = address;
    }
    return bytes;
  }

  private void allocate(int block) {
    long address = target.malloc(block, FixedRandom.size(sizes, random));
    OffHeap.storeLong(address, address);
    addresses[block] = address;
  }
}
