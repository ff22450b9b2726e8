package org.smalloc4j.bench.program;

import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/**
 * glibc's {@code bench-malloc-thread}: every thread replaces random ones of its 1,024 blocks of 4
 * to 32,768 bytes, whose number falls with the square of their size; an operation is one
 * replacement.
 */
final class GlibcThread extends Program {

  private static final int BLOCKS = 1_024;
  private static final int LEAST = 4;
  private static final int MOST = 32_768;

  private final int replacements;
  private final int[] sizes = inverseSquare();
  private final boolean[] live;

  GlibcThread(int threads, int work) {
    super(threads, threads * BLOCKS);
    this.replacements = work / threads;
    this.live = new boolean[threads * BLOCKS];
  }

  /** How often a size s comes is as 1/s². */
  private static int[] inverseSquare() {
    int[] sizes = new int[FixedRandom.SIZES];
    for (int i = 0; i < sizes.length; i++) {
      double fraction = (i + 0.5) / sizes.length;
      sizes[i] = (int) (1 / (fraction / MOST + (1 - fraction) / LEAST));
    }
    return sizes;
  }

  @Override
  long run(int thread) {
    long random = FixedRandom.seed(thread);
    for (int i = 0; i < replacements; i++) {
      random = FixedRandom.next(random);
      int id = thread * BLOCKS + FixedRandom.below(random, BLOCKS);
      if (live[id]) {
        free(id);
      }

      OffHeap.storeByte(malloc(id, FixedRandom.size(sizes, random)), (byte) i);
      live[id] = true;
    }
    return replacements;
  }

  @Override
  void tidy(int thread) {
    for (int id = thread * BLOCKS; id < (thread + 1) * BLOCKS; id++) {
      if (live[id]) {
        live[id] = false;
        free(id);
      }
    }
  }
}
