package org.smalloc4j.bench.random;

import java.util.stream.IntStream;

/**
 * Choices that are the same in every run: a 64-bit xorshift generator (Marsaglia, 2003; shifts 13,
 * 7, 17) from a fixed seed. The C driver makes the same ones.
 */
public final class FixedRandom {

  public static final long SEED = 0x9E3779B97F4A7C15L;

  /** Length of a table of sizes; a power of two, so that the lowest bits choose an entry. */
  public static final int SIZES = 4096;

  private static final int LEAST_BITS = 4;
  private static final int CLASSES = 6;

  private static final long SEED_STEP = 0xD1B54A32D192ED03L;

  private FixedRandom() {}

  /** Where a thread's own choices begin. */
  public static long seed(int thread) {
    return SEED + thread * SEED_STEP;
  }

  /** The state after {@code state}, which is also the next random number. */
  public static long next(long state) {
    long mixed = state ^ (state << 13);
    mixed ^= mixed >>> 7;
    return mixed ^ (mixed << 17);
  }

  /** A number from 0 to below {@code bound}, made from the upper half of {@code random}. */
  public static int below(long random, int bound) {
    return (int) (((random >>> 32) * bound) >>> 32);
  }

  /** An entry of a table of {@link #SIZES}, chosen by the lowest bits of {@code random}. */
  public static int size(int[] sizes, long random) {
    return sizes[(int) random & (SIZES - 1)];
  }

  /** 0 to below {@code length} in random order (Fisher and Yates). */
  public static int[] permutation(int length) {
    int[] order = IntStream.range(0, length).toArray();
    long random = SEED;
    for (int i = length - 1; i > 0; i--) {
      random = next(random);
      int j = below(random, i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /** Sizes of 16 to 1023 bytes: any power of two is as likely as any other, then uniform. */
  public static int[] mixedSizes() {
    int[] sizes = new int[SIZES];
    long random = SEED;
    for (int i = 0; i < SIZES; i++) {
      random = next(random);
      int power = 1 << (LEAST_BITS + below(random, CLASSES));
      random = next(random);
      sizes[i] = power + below(random, power);
    }
    return sizes;
  }

  /** Sizes of {@code least} to {@code most} bytes, uniform. */
  public static int[] uniformSizes(int least, int most) {
    int[] sizes = new int[SIZES];
    long random = SEED;
    for (int i = 0; i < SIZES; i++) {
      random = next(random);
      sizes[i] = least + below(random, most - least + 1);
    }
    return sizes;
  }
}
