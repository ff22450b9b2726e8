package org.smalloc4j.bench.program;

import org.smalloc4j.bench.random.FixedRandom;

/**
 * Larson and Krishnan's server: every thread replaces random ones of its 5,000 blocks of 8 to 999
 * bytes, ends, and has a successor that inherits the blocks; an operation is one replacement.
 */
final class Larson extends Program {

  private static final int BLOCKS = 5_000;
  private static final int SUCCESSORS = 4;
  private static final int LEAST = 8;
  private static final int MOST = 999;

  private final int replacements;
  private final int[] sizes = FixedRandom.uniformSizes(LEAST, MOST);

  Larson(int threads, int work) {
    super(threads, threads * BLOCKS);
    this.replacements = work / threads / SUCCESSORS;
  }

  @Override
  void prepare(int thread) {
    Generation.run(() -> fill(thread));
  }

  private void fill(int thread) {
    long random = FixedRandom.seed(thread);
    for (int i = 0; i < BLOCKS; i++) {
      random = FixedRandom.next(random);
      mallocAndWrite(thread * BLOCKS + i, FixedRandom.size(sizes, random));
    }
  }

  @Override
  long run(int thread) {
    for (int i = 0; i < SUCCESSORS; i++) {
      long seed = FixedRandom.seed(thread + i * threads);
      Generation.run(() -> replace(thread, seed));
    }
    return (long) replacements * SUCCESSORS;
  }

  private void replace(int thread, long seed) {
    long random = seed;
    for (int i = 0; i < replacements; i++) {
      random = FixedRandom.next(random);
      int id = thread * BLOCKS + FixedRandom.below(random, BLOCKS);
      free(id);
      mallocAndWrite(id, FixedRandom.size(sizes, random));
    }
  }

  @Override
  void tidy(int thread) {
    for (int i = 0; i < BLOCKS; i++) {
      free(thread * BLOCKS + i);
    }
  }
}
