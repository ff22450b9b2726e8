package org.smalloc4j.classic;

/**
 * Counts the steps of the operation under way, and keeps those of the longest: how long one can
 * take, told without a clock. One thread at a time.
 */
final class Steps {
  private long steps;
  private long longest;

  /** Begins an operation. */
  void begin() {
    steps = 0;
  }

  /** Counts slots, blocks or slabs that the operation has looked at. */
  void add(long more) {
    steps += more;
  }

  /** Ends the operation. */
  void end() {
    longest = Math.max(longest, steps);
  }

  /** Returns the steps of the longest operation so far. */
  long longest() {
    return longest;
  }
}
