package org.smalloc4j.bench.program;

import org.smalloc4j.bench.allocator.OffHeap;

/**
 * Hoard's {@code cache-thrash} and {@code cache-scratch}: threads that write an 8-byte block of
 * their own over and over, free it and allocate another; an operation is all of that.
 *
 * <p>It takes longer if blocks of two threads lie on one cache line. In {@code cache-scratch} one
 * thread has allocated everyone's first block, side by side, and an allocator that gives a freed
 * block back to the thread that freed it keeps them there.
 */
final class Cache extends Program {

  private static final int BYTES = 8;
  private static final int WRITES = 100;

  private final boolean scratch;
  private final int replacements;

  Cache(int threads, int work, boolean scratch) {
    super(threads, OwnIds.count(threads));
    this.scratch = scratch;
    this.replacements = work / threads;
  }

  @Override
  void prepare(int thread) {
    if (scratch && thread == 0) {
      for (int other = 0; other < threads; other++) {
        mallocAndWrite(OwnIds.of(other), BYTES);
      }
    }
  }

  @Override
  long run(int thread) {
    int id = OwnIds.of(thread);
    if (scratch) {
      free(id);
    }
    for (int i = 0; i < replacements; i++) {
      long address = malloc(id, BYTES);
      for (int write = 0; write < WRITES; write++) {
        OffHeap.storeOpaque(address, write);
      }
      free(id);
    }
    return replacements;
  }
}
