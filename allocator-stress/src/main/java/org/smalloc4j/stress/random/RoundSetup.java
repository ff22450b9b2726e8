package org.smalloc4j.stress.random;

import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import org.smalloc4j.Smalloc;

/**
 * What a round is like: all of it follows from its seed.
 *
 * @param seed of the round
 * @param regionBits of its heap
 * @param maxBytes of its heap; 0 for no limit
 * @param ownedSlabs whether threads own slabs
 * @param platformThreads that are alive at a time
 * @param virtualThreads that are alive at a time
 * @param isTicking whether a thread of the heap trims it every millisecond
 */
record RoundSetup(
    long seed,
    int regionBits,
    long maxBytes,
    boolean ownedSlabs,
    int platformThreads,
    int virtualThreads,
    boolean isTicking) {

  private static final int[] REGION_BITS = {28, 32, 36, 40, 44};

  /** More than there are slabs to own, now and then. */
  private static final int[] PLATFORM_THREADS = {1, 2, 4, 8, 80};

  private static final int[] VIRTUAL_THREADS = {0, 2, 16};

  /** Returns the setup that follows from a seed. */
  static RoundSetup of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new RoundSetup(
        seed,
        oneOf(REGION_BITS, random),
        random.nextInt(4) == 0 ? 1L << random.nextInt(20, 27) : 0,
        random.nextInt(4) != 0,
        oneOf(PLATFORM_THREADS, random),
        oneOf(VIRTUAL_THREADS, random),
        random.nextInt(3) == 0);
  }

  private static int oneOf(int[] choices, SplittableRandom random) {
    return choices[random.nextInt(choices.length)];
  }

  /** Returns how many threads are alive at a time. */
  int seats() {
    return platformThreads + virtualThreads;
  }

  /** Makes the heap of the round. */
  Smalloc heap() {
    Smalloc.Builder builder =
        Smalloc.builder().name("stress").regionBits(regionBits).ownedSlabs(ownedSlabs);
    if (isTicking) {
      builder.trimEvery(Duration.ofMillis(1));
    }
    return maxBytes == 0 ? builder.build() : builder.maxBytes(maxBytes).build();
  }

  /** Tells the setup in a line. */
  String tell() {
    return String.format(
        Locale.ROOT,
        "seed %d: 2^%d bytes%s, %s%s, %d platform and %d virtual threads",
        seed,
        regionBits,
        maxBytes == 0 ? "" : ", limit " + maxBytes,
        ownedSlabs ? "owned slabs" : "shared words only",
        isTicking ? ", trimmed each millisecond" : "",
        platformThreads,
        virtualThreads);
  }
}
