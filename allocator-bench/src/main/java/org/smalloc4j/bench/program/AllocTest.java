package org.smalloc4j.bench.program;

import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/**
 * alloc-test: threads choose a place of a table so that 20 % of the places get 80 % of the choices,
 * and so within these; a block there is read and freed, an empty place gets one, every byte of it
 * written. An operation is one choice.
 */
final class AllocTest extends Program {

  private static final int PLACES = 1 << 14;
  private static final int CHOICES = 1 << 16;
  private static final int MOST_BITS = 11;

  /** u^s is below 0.2 for 0.8 of all u: the continuous form of the 80/20 law. */
  private static final double EXPONENT = Math.log(0.2) / Math.log(0.8);

  private final int steps;
  private final int[] choices = new int[CHOICES];
  private final int[] sizeOf;

  AllocTest(int threads, int work) {
    super(threads, threads * PLACES);
    this.steps = work / threads;
    this.sizeOf = new int[threads * PLACES];
    long random = FixedRandom.SEED;
    for (int i = 0; i < CHOICES; i++) {
      random = FixedRandom.next(random);
      choices[i] = (int) (Math.pow((random >>> 11) * 0x1p-53, EXPONENT) * PLACES);
    }
  }

  @Override
  long run(int thread) {
    long random = FixedRandom.seed(thread);
    long read = 0;
    for (int step = 0; step < steps; step++) {
      random = FixedRandom.next(random);
      int id = thread * PLACES + choices[(int) random & (CHOICES - 1)];
      if (sizeOf[id] == 0) {
        fill(id, random);
      } else {
        read += release(id);
      }
    }
    // Reading is part of the work: the sum must not be dead code.
    return read == Long.MIN_VALUE ? 0 : steps;
  }

  private void fill(int id, long random) {
    int power = 1 << FixedRandom.below(random, MOST_BITS);
    int size = power + (int) ((random >>> 16) & (power - 1));
    long address = malloc(id, size);
    for (int i = 0; i < size; i++) {
      OffHeap.storeByte(address + i, (byte) i);
    }
    sizeOf[id] = size;
  }

  private long release(int id) {
    long address = address(id);
    long sum = 0;
    for (int i = 0; i < sizeOf[id]; i++) {
      sum += OffHeap.loadByte(address + i);
    }
    sizeOf[id] = 0;
    free(id);
    return sum;
  }

  @Override
  void tidy(int thread) {
    for (int id = thread * PLACES; id < (thread + 1) * PLACES; id++) {
      if (sizeOf[id] != 0) {
        sizeOf[id] = 0;
        free(id);
      }
    }
  }
}
