package org.smalloc4j.bench.designs;

import java.util.stream.IntStream;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.random.FixedRandom;

/** What a timed loop repeats. */
public interface Work {

  /** Bytes of a block where all are of one size. */
  long BYTE_SIZE = 64;

  /** Does some of it; returns how many operations, each a malloc, a write and a free. */
  long run();

  /** One block at a time. */
  static Work pair(ReplayTarget target) {
    int pairs = 1_000;
    return () -> {
      for (int i = 0; i < pairs; i++) {
        long address = target.malloc(0, BYTE_SIZE);
        OffHeap.storeLong(address, address);
        target.free(0, address);
      }
      return pairs;
    };
  }

  /** As many blocks as {@code order} is long, then freed in that order. */
  static Work batch(ReplayTarget target, int[] order) {
    long[] addresses = new long[order.length];
    return () -> {
      for (int block = 0; block < addresses.length; block++) {
        long address = target.malloc(block, BYTE_SIZE);
        OffHeap.storeLong(address, address);
        addresses[block] = address;
      }
      for (int block : order) {
        target.free(block, addresses[block]);
      }
      return addresses.length;
    };
  }

  /** From the last to the first. */
  static int[] lastFirst(int blocks) {
    return IntStream.range(0, blocks).map(i -> blocks - 1 - i).toArray();
  }

  /** In an order that is the same in every run. */
  static int[] shuffled(int blocks) {
    return FixedRandom.permutation(blocks);
  }
}
