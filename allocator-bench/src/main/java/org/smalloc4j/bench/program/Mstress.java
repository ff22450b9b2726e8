package org.smalloc4j.bench.program;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/**
 * mimalloc's stress test: short threads allocate into and free out of tables of their own, swap
 * blocks with a shared table of 1,000, and retain some to their end; an operation is one step.
 *
 * <p>Every 8 bytes of a block hold a cookie of its own, which is checked before it is freed.
 */
final class Mstress extends Program {

  private static final int SHARED = 1_000;
  private static final int OWN = 500;
  private static final int THREADS_A_ROUND = 4;

  /** One step in so many swaps a block with the shared table. */
  private static final int SWAPS = 4;

  /** One size in so many is 64 times as large. */
  private static final int LARGE = 100;

  private static final int LARGE_SHIFT = 6;
  private static final int SMALL_BITS = 9;
  private static final long COOKIE = 0x9E3779B97F4A7C15L;

  private final int steps;

  /** Ids, each with a block or without; who has swapped one in may use it. */
  private final AtomicIntegerArray shared =
      new AtomicIntegerArray(IntStream.range(0, SHARED).toArray());

  /** Of each id's block; 0 if there is none. */
  private final int[] words;

  /** The ids that each thread has now. */
  private final int[][] own;

  Mstress(int threads, int work) {
    super(threads, SHARED + threads * OWN);
    this.steps = work / threads / THREADS_A_ROUND;
    this.words = new int[SHARED + threads * OWN];
    this.own = new int[threads][];
    for (int thread = 0; thread < threads; thread++) {
      own[thread] = IntStream.range(SHARED + thread * OWN, SHARED + (thread + 1) * OWN).toArray();
    }
  }

  @Override
  long run(int thread) {
    for (int i = 0; i < THREADS_A_ROUND; i++) {
      long seed = FixedRandom.seed(thread + i * threads);
      Generation.run(() -> live(own[thread], seed));
    }
    return (long) steps * THREADS_A_ROUND;
  }

  private void live(int[] ids, long seed) {
    long random = seed;
    for (int step = 0; step < steps; step++) {
      random = FixedRandom.next(random);
      int place = FixedRandom.below(random, ids.length);
      if (random % SWAPS == 0) {
        int cell = (int) ((random & Integer.MAX_VALUE) % SHARED);
        ids[place] = shared.getAndSet(cell, ids[place]);
      } else if (words[ids[place]] == 0) {
        allocate(ids[place], random);
      } else {
        release(ids[place]);
      }
    }
  }

  private void allocate(int id, long random) {
    int bits = 1 + (int) ((random >>> 8) & Integer.MAX_VALUE) % SMALL_BITS;
    int bytes = FixedRandom.below(random, 1 << bits) + Long.BYTES;
    int size = random % LARGE == 1 ? bytes << LARGE_SHIFT : bytes;
    long address = malloc(id, size);
    int filled = size / Long.BYTES;
    for (int word = 0; word < filled; word++) {
      OffHeap.storeLong(address + (long) word * Long.BYTES, cookie(id, word));
    }
    words[id] = filled;
  }

  private static long cookie(int id, int word) {
    return (COOKIE + id) ^ word;
  }

  private void release(int id) {
    long address = address(id);
    for (int word = 0; word < words[id]; word++) {
      if (OffHeap.loadLong(address + (long) word * Long.BYTES) != cookie(id, word)) {
        throw new ProgramException("a block has lost its cookie at word " + word);
      }
    }
    words[id] = 0;
    free(id);
  }

  @Override
  void tidy(int thread) {
    for (int id : own[thread]) {
      releaseIfLive(id);
    }
    if (thread == 0) {
      for (int cell = 0; cell < SHARED; cell++) {
        releaseIfLive(shared.get(cell));
      }
    }
  }

  private void releaseIfLive(int id) {
    if (words[id] != 0) {
      release(id);
    }
  }
}
