package org.smalloc4j.bench.program;

/** An id for each thread, far enough from the others' that no cache line of a table is shared. */
final class OwnIds {

  private static final int DISTANCE = 32;

  private OwnIds() {}

  static int of(int thread) {
    return (thread + 1) * DISTANCE;
  }

  static int count(int threads) {
    return (threads + 2) * DISTANCE;
  }
}
