package org.smalloc4j.classic;

import java.util.concurrent.atomic.AtomicInteger;

/** The longest single operation of an allocator so far, counted in what it looked at. */
final class LongestOperation {
  private final AtomicInteger steps = new AtomicInteger();

  /** Takes note of an operation. */
  void note(int counted) {
    // Plain, then a volatile maximum: seen late, the maximum is tried in vain. Guards nothing.
    if (counted > steps.getPlain()) {
      steps.accumulateAndGet(counted, Math::max);
    }
  }

  /** Returns the most steps that were noted, 0 if none were. */
  int steps() {
    return steps.get();
  }
}
