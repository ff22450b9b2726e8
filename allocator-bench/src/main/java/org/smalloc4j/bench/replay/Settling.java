package org.smalloc4j.bench.replay;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides how many rounds are played before any is timed: until the JIT compiler has been quiet and
 * the rounds have stopped getting shorter, or so long that something else is amiss.
 *
 * <p>Both are looked for over a window of rounds. A compiler that is starved by other programs
 * works on for many rounds, and each of its methods makes the rounds that follow shorter; two
 * rounds, which settle an idle machine, judge such an allocator by its interpreted code.
 */
final class Settling {

  /** Rounds looked at. */
  static final int WINDOW = 3;

  /** Of the window's time, the most that the compiler may have worked. */
  private static final double QUIET = 0.02;

  /** Rounds still fall if the window's best is below this much of the best before it. */
  private static final double STEADY = 0.97;

  private static final int MOST_ROUNDS = 200;

  private final long mostNanos;
  private final List<Long> nanos = new ArrayList<>();

  /** By round, what the compiler had worked when it ended; the first is of the begin. */
  private final List<Long> compiledMillis = new ArrayList<>();

  Settling(long mostNanos, long compiledMillis) {
    this.mostNanos = mostNanos;
    this.compiledMillis.add(compiledMillis);
  }

  /** A round has been played. */
  void add(long roundNanos, long compiledMillis) {
    nanos.add(roundNanos);
    this.compiledMillis.add(compiledMillis);
  }

  /** The times of the rounds until now. */
  List<Long> nanos() {
    return List.copyOf(nanos);
  }

  boolean wantsAnother() {
    if (nanos.size() >= MOST_ROUNDS || sum(nanos) >= mostNanos) {
      return false;
    }
    return nanos.size() < WINDOW + 1 || !isQuiet() || !isSteady();
  }

  private boolean isQuiet() {
    int last = nanos.size();
    long worked = compiledMillis.get(last) - compiledMillis.get(last - WINDOW);
    // A millisecond is the counter's step.
    return worked <= 1 || worked * 1e6 <= QUIET * sum(nanos.subList(last - WINDOW, last));
  }

  private boolean isSteady() {
    int from = nanos.size() - WINDOW;
    return least(nanos.subList(from, nanos.size())) >= STEADY * least(nanos.subList(0, from));
  }

  private static long sum(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).sum();
  }

  private static long least(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
  }
}
