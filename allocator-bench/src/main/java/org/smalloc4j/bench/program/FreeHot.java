package org.smalloc4j.bench.program;

/**
 * smalloc's {@code fh}: blocks of 8 bytes that one thread has allocated, freed by all threads at
 * once; an operation is one free.
 */
final class FreeHot extends Program {

  private static final int BYTES = 8;

  private final int blocks;

  FreeHot(int threads, int work) {
    super(threads, work);
    this.blocks = work;
  }

  @Override
  void prepare(int thread) {
    if (thread == 0) {
      for (int id = 0; id < blocks; id++) {
        mallocAndWrite(id, BYTES);
      }
    }
  }

  @Override
  long run(int thread) {
    int first = (int) ((long) blocks * thread / threads);
    int end = (int) ((long) blocks * (thread + 1) / threads);
    for (int id = first; id < end; id++) {
      free(id);
    }
    return (long) end - first;
  }
}
