package org.smalloc4j.bench.designs;

import java.util.List;

/**
 * What the threads of a team have done in a while.
 *
 * @param operations by all of them
 * @param nanos from the first one's begin to the last one's end
 */
record Throughput(long operations, long nanos) {

  private static final double NANOS_PER_MICRO = 1e3;

  private record Part(long operations, long begin, long end) {}

  /** Lets each thread repeat its own work until the time is over. */
  static Throughput of(Team team, List<? extends Work> works, long nanos) {
    long deadline = System.nanoTime() + nanos;
    List<Part> parts = team.each(thread -> part(works.get(thread), deadline));
    long begin = parts.stream().mapToLong(Part::begin).min().orElseThrow();
    long end = parts.stream().mapToLong(Part::end).max().orElseThrow();
    return new Throughput(parts.stream().mapToLong(Part::operations).sum(), end - begin);
  }

  private static Part part(Work work, long deadline) {
    long begin = System.nanoTime();
    long operations = 0;
    long end;
    do {
      operations += work.run();
      end = System.nanoTime();
    } while (end - deadline < 0);
    return new Part(operations, begin, end);
  }

  /** Millions of operations a second. */
  double millions() {
    return operations * NANOS_PER_MICRO / nanos;
  }
}
