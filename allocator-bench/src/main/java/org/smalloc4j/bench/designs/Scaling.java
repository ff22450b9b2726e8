package org.smalloc4j.bench.designs;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.smalloc4j.bench.allocator.ReplayTarget;

/**
 * The same work by 1, 2, 4 … threads, each with blocks of its own; what they share is the
 * allocator.
 */
final class Scaling {

  /** Millions of operations a second; the number of threads follows. */
  static final String MILLIONS = "millions.";

  /** Share of the threads' time spent waiting for locks; the number of threads follows. */
  static final String WAITING = "waiting.";

  private static final int BLOCKS = 100;

  private Scaling() {}

  /** The numbers of threads up to {@code most}. */
  static List<Integer> ladder(int most) {
    return Stream.iterate(1, n -> n <= most, n -> 2 * n).toList();
  }

  /** Measures each number of threads for as long, after a warm-up. */
  static Map<String, Double> run(ReplayTarget target, int most, long nanos) {
    Map<String, Double> figures = new TreeMap<>();
    measure(target, 1, nanos, new TreeMap<>());
    measure(target, Math.min(2, most), nanos, new TreeMap<>());
    for (int threads : ladder(most)) {
      measure(target, threads, nanos, figures);
    }
    return figures;
  }

  private static void measure(
      ReplayTarget target, int threads, long nanos, Map<String, Double> figures) {
    try (var team = new Team(threads)) {
      List<Replacement> works =
          team.each(thread -> new Replacement(target, thread * BLOCKS, BLOCKS));
      OptionalLong before = Gauges.lockWaitNanos(target);
      Throughput throughput = Throughput.of(team, works, nanos);
      OptionalLong after = Gauges.lockWaitNanos(target);
      figures.put(MILLIONS + threads, throughput.millions());
      if (before.isPresent() && after.isPresent()) {
        double waited = after.getAsLong() - before.getAsLong();
        figures.put(WAITING + threads, waited / ((double) threads * throughput.nanos()));
      }
      team.each(
          thread -> {
            works.get(thread).freeAll();
            return thread;
          });
    }
  }
}
