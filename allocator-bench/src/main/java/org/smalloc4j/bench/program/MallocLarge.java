package org.smalloc4j.bench.program;

import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/**
 * mimalloc-bench's {@code malloc-large}: replaces random ones of 20 zeroed blocks of 5 to 25 MiB;
 * an operation is one replacement.
 *
 * <p>Their first and last bytes are checked to be zero, and written.
 */
final class MallocLarge extends Program {

  private static final int BLOCKS = 20;
  private static final int LEAST = 5 << 20;
  private static final int MOST = 25 << 20;

  private final int replacements;
  private final boolean[] live = new boolean[BLOCKS];

  MallocLarge(int threads, int work) {
    super(threads, BLOCKS);
    this.replacements = work;
  }

  @Override
  long run(int thread) {
    long random = FixedRandom.SEED;
    for (int i = 0; i < replacements; i++) {
      random = FixedRandom.next(random);
      int id = FixedRandom.below(random, BLOCKS);
      if (live[id]) {
        free(id);
      }
      int size = LEAST + (int) ((random & Integer.MAX_VALUE) % (MOST - LEAST + 1));
      long address = calloc(id, size);
      fill(address);
      fill(address + size - 1);
      live[id] = true;
    }
    return replacements;
  }

  private static void fill(long address) {
    if (OffHeap.loadByte(address) != 0) {
      throw new ProgramException("a block of calloc is not zeroed");
    }
    OffHeap.storeByte(address, (byte) 1);
  }

  @Override
  void tidy(int thread) {
    for (int id = 0; id < BLOCKS; id++) {
      if (live[id]) {
        live[id] = false;
        free(id);
      }
    }
  }
}
