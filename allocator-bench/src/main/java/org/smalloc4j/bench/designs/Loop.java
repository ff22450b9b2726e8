package org.smalloc4j.bench.designs;

import java.util.Map;

/** Repeats something for a while. */
final class Loop {

  /** The figure of a timed task. */
  static final String NANOS = "ns";

  private Loop() {}

  /** Warms up for as long as it then measures; the figure is nanoseconds per operation. */
  static Map<String, Double> time(Work work, long nanos) {
    run(work, nanos);
    return Map.of(NANOS, run(work, nanos));
  }

  private static double run(Work work, long nanos) {
    long start = System.nanoTime();
    long operations = 0;
    long elapsed;
    do {
      operations += work.run();
      elapsed = System.nanoTime() - start;
    } while (elapsed < nanos);
    return (double) elapsed / operations;
  }
}
