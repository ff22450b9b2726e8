package org.smalloc4j.bench.micro;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/**
 * Does malloc + write + free of 16 to 64 bytes cost more the more blocks are live?
 *
 * <p>{@link #top} allocates and frees beside the live blocks: an allocator's own cost. {@link
 * #replacement} frees a random live block and allocates another in its place: with many blocks that
 * is a cache miss, and a miss in the TLB, at every access to a block, for every allocator. 10^8
 * blocks take 4 to 8 GB, and 0.8 GB of Java heap for their addresses; allocators with an object per
 * block (netty, arena) do not get there.
 */
public class GrowthBenchmark extends AllocatorBenchmark {
  private static final int LEAST = 16;
  private static final int MOST = 64;

  @Param({"1000", "100000", "10000000", "100000000"})
  public int live;

  private final int[] sizes = FixedRandom.uniformSizes(LEAST, MOST);
  private long random = FixedRandom.SEED;
  private long[] addresses = {};

  @Setup
  public void fill() {
    open(live + 1, false);
    addresses = new long[live];
    for (int block = 0; block < live; block++) {
      addresses[block] = allocate(block);
    }
  }

  @Benchmark
  public void top() {
    long address = allocate(live);
    target.free(live, address);
  }

  @Benchmark
  public void replacement() {
    random = FixedRandom.next(random);
    int block = FixedRandom.below(random, live);
    target.free(block, addresses[block]);
    addresses[block] = allocate(block);
  }

  private long allocate(int id) {
    random = FixedRandom.next(random);
    long address = target.malloc(id, FixedRandom.size(sizes, random));
    OffHeap.storeLong(address, address);
    return address;
  }
}
