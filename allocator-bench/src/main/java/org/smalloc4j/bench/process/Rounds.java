package org.smalloc4j.bench.process;

/** How many rounds of something are timed. */
public final class Rounds {

  /** The timed rounds of short ones go on until they have taken this long together. */
  private static final long LEAST_TIMED_NANOS = 250_000_000L;

  /** No further round begins once the timed ones have taken this long for each one asked for. */
  private static final long MOST_ROUND_NANOS = 1_000_000_000L;

  private static final int MOST_ROUNDS = 1_000;

  private Rounds() {}

  /** Whether to time another round after {@code done} ones that took {@code nanos} together. */
  public static boolean wantsAnother(int done, int asked, long nanos) {
    return (done < asked && nanos < asked * MOST_ROUND_NANOS)
        || (done < MOST_ROUNDS && nanos < LEAST_TIMED_NANOS);
  }
}
