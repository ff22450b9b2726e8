package org.smalloc4j.bench.replay;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides how many rounds are played before any is timed: until the JIT compiler has been quiet and
 * the rounds have stopped getting shorter, or so long that something else is amiss.
 *
 * <p>Both are looked for over a window of rounds. A compiler that other programs keep from the CPUs
 * works on for many rounds, and each of its methods makes the rounds that follow shorter; what is
 * timed before is an allocator's interpreted code. What others took of the CPUs does not count
 * towards the longest time.
 */
final class Settling {

  /** Rounds looked at. */
  static final int WINDOW = 3;

  /** Of the window's time, the most that the compiler may have worked. */
  private static final double QUIET = 0.02;

  /** Rounds still fall if the window's best is below this much of the best before it. */
  private static final double STEADY = 0.97;

  private static final int MOST_ROUNDS = 200;

  /** However much others take, a round counts for so much of itself. */
  private static final double LEAST_OURS = 0.25;

  private final long mostNanos;
  private final List<Long> nanos = new ArrayList<>();

  /** By round, what the compiler had worked when it ended; the first is of the begin. */
  private final List<Long> compiledMillis = new ArrayList<>();

  /** By round, whether the compiler was at work when it ended. */
  private final List<Boolean> compiling = new ArrayList<>();

  Settling(long mostNanos, long compiledMillis) {
    this.mostNanos = mostNanos;
    this.compiledMillis.add(compiledMillis);
  }

  /**
   * A round has been played.
   *
   * @param compiledMillis what the compiler has worked until now, of methods that are done
   * @param compiling whether it is at work now
   */
  void add(long roundNanos, long compiledMillis, boolean compiling) {
    nanos.add(roundNanos);
    this.compiledMillis.add(compiledMillis);
    this.compiling.add(compiling);
  }

  /** The times of the rounds until now. */
  List<Long> nanos() {
    return List.copyOf(nanos);
  }

  /**
   * Whether to play another.
   *
   * @param others the share of the CPUs that other processes have taken until now, 0 to 1
   */
  boolean wantsAnother(double others) {
    double ours = Math.max(1 - others, LEAST_OURS);
    if (nanos.size() * ours >= MOST_ROUNDS || sum(nanos) * ours >= mostNanos) {
      return false;
    }
    return nanos.size() < WINDOW + 1 || !isQuiet() || !isSteady();
  }

  private boolean isQuiet() {
    int last = nanos.size();
    long worked = compiledMillis.get(last) - compiledMillis.get(last - WINDOW);
    if (compiling.subList(last - WINDOW, last).contains(true)) {
      return false;
    }
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
