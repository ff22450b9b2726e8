package org.smalloc4j.bench.program;

import java.util.stream.IntStream;
import org.smalloc4j.bench.random.FixedRandom;

/**
 * Many blocks of 16 to 1,023 bytes allocated, then all freed in some order; an operation is one
 * block.
 */
final class BatchFree extends Program {

  /** Last in first out, first in first out, or random. */
  enum Order {
    LIFO,
    FIFO,
    RANDOM
  }

  private final int[] sizes = FixedRandom.mixedSizes();
  private final int[] freed;

  BatchFree(int threads, int work, Order order) {
    super(threads, work);
    this.freed =
        switch (order) {
          case LIFO -> IntStream.range(0, work).map(i -> work - 1 - i).toArray();
          case FIFO -> IntStream.range(0, work).toArray();
          case RANDOM -> FixedRandom.permutation(work);
        };
  }

  @Override
  long run(int thread) {
    for (int id = 0; id < freed.length; id++) {
      mallocAndWrite(id, sizes[id % sizes.length]);
    }
    for (int id : freed) {
      free(id);
    }
    return freed.length;
  }
}
