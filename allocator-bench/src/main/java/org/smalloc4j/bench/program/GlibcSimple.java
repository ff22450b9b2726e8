package org.smalloc4j.bench.program;

/**
 * glibc's {@code bench-malloc-simple}: batches of 25, 100, 400 and 1,600 blocks of 128 bytes, all
 * allocated, then freed in the same order; an operation is one block.
 */
final class GlibcSimple extends Program {

  private static final int[] BATCHES = {25, 100, 400, 1_600};
  private static final int MOST = 1_600;
  private static final int BYTES = 128;

  private final int blocks;

  GlibcSimple(int threads, int work) {
    super(threads, threads * MOST);
    this.blocks = work / threads / BATCHES.length;
  }

  @Override
  long run(int thread) {
    int first = thread * MOST;
    long operations = 0;
    for (int batch : BATCHES) {
      for (int done = 0; done < blocks; done += batch) {
        for (int id = first; id < first + batch; id++) {
          mallocAndWrite(id, BYTES);
        }
        for (int id = first; id < first + batch; id++) {
          free(id);
        }
        operations += batch;
      }
    }
    return operations;
  }
}
