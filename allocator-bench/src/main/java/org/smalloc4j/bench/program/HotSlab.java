package org.smalloc4j.bench.program;

import org.smalloc4j.bench.allocator.OffHeap;

/**
 * smalloc's {@code hs}: threads with one block of 32 bytes each, which they free and allocate; an
 * operation is both.
 *
 * <p>Between two threads 63 others are made, so that an allocator with 64 slabs in turn gives all
 * of them the same one. They are never started: a Java thread has its id from when it is made.
 */
final class HotSlab extends Program {

  private static final int BYTES = 32;
  private static final int BETWEEN = 63;

  private final int pairs;

  HotSlab(int threads, int work) {
    super(threads, OwnIds.count(threads));
    this.pairs = work / threads;
  }

  @Override
  Thread thread(Runnable body) {
    Thread hot = super.thread(body);
    for (int i = 0; i < BETWEEN; i++) {
      Thread.ofPlatform().unstarted(() -> {});
    }
    return hot;
  }

  @Override
  long run(int thread) {
    int id = OwnIds.of(thread);
    for (int i = 0; i < pairs; i++) {
      long address = malloc(id, BYTES);
      OffHeap.storeLong(address, address);
      free(id);
    }
    return pairs;
  }
}
