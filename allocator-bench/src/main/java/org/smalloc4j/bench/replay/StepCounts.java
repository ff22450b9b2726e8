package org.smalloc4j.bench.replay;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;

/** How many calls took how many steps; for any number of threads. */
final class StepCounts {

  /** Calls of so many steps and more are counted together. */
  private static final int MOST = 1 << 16;

  private static final double HALF = 0.5;
  private static final double RARE = 0.0001;

  private final AtomicLongArray calls = new AtomicLongArray(MOST + 1);
  private final LongAccumulator largest = new LongAccumulator(Math::max, 0);

  /** A call took so many. */
  void add(long steps) {
    calls.getAndIncrement((int) Math.min(steps, MOST));
    largest.accumulate(steps);
  }

  /** The figures, when no call is under way. */
  StepFigures figures() {
    long all = 0;
    for (int steps = 0; steps <= MOST; steps++) {
      all += calls.get(steps);
    }
    return new StepFigures(all, atMostRarely(HALF, all), atMostRarely(RARE, all), largest.get());
  }

  /** The least number that no more than {@code share} of the calls exceed. */
  private long atMostRarely(double share, long all) {
    long above = 0;
    for (int steps = MOST; steps > 0; steps--) {
      above += calls.get(steps);
      if (above > share * all) {
        return steps;
      }
    }
    return 0;
  }
}
