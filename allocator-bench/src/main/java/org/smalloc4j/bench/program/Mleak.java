package org.smalloc4j.bench.program;

import org.smalloc4j.bench.random.FixedRandom;

/**
 * mleak: threads one after the other; each frees the blocks that the one before has left, and
 * leaves as many of its own; an operation is one block.
 *
 * <p>Memory grows without bound where blocks of dead threads are not used again.
 */
final class Mleak extends Program {

  private static final int BLOCKS = 1_000;

  private final int generations;
  private final int[] sizes = FixedRandom.mixedSizes();

  Mleak(int threads, int work) {
    super(threads, threads * BLOCKS);
    this.generations = Math.max(1, work / threads / BLOCKS);
  }

  @Override
  void prepare(int thread) {
    leave(thread, 0);
  }

  @Override
  long run(int thread) {
    for (int i = 1; i <= generations; i++) {
      int generation = i;
      Generation.run(
          () -> {
            tidy(thread);
            leave(thread, generation);
          });
    }
    return (long) generations * BLOCKS;
  }

  private void leave(int thread, int generation) {
    long random = FixedRandom.seed(thread + generation);
    for (int id = thread * BLOCKS; id < (thread + 1) * BLOCKS; id++) {
      random = FixedRandom.next(random);
      mallocAndWrite(id, FixedRandom.size(sizes, random));
    }
  }

  @Override
  void tidy(int thread) {
    for (int id = thread * BLOCKS; id < (thread + 1) * BLOCKS; id++) {
      free(id);
    }
  }
}
