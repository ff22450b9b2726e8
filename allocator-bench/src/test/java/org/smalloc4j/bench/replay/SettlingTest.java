package org.smalloc4j.bench.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SettlingTest {

  private static final long MILLI = 1_000_000;
  private static final long MOST = 2_000 * MILLI;

  /**
   * Plays rounds of so many ms, the compiler busy for so many in each; returns how many it took.
   */
  private static int rounds(long[] millis, long[] compiling) {
    return rounds(millis, compiling, 0, 0);
  }

  /**
   * The same if besides the compiler is at work on a method that is not done before round {@code
   * until}, and others take this share of the CPUs.
   */
  private static int rounds(long[] millis, long[] compiling, int until, double others) {
    long compiled = 500;
    var settling = new Settling(MOST, compiled);
    int round = 0;
    for (; settling.wantsAnother(others); round++) {
      compiled += compiling[Math.min(round, compiling.length - 1)];
      settling.add(millis[Math.min(round, millis.length - 1)] * MILLI, compiled, round < until);
    }
    return round;
  }

  @Test
  void evenRoundsWithAQuietCompilerAreEnoughWhenThereIsAWindowAndOneMore() {
    assertEquals(4, rounds(new long[] {10}, new long[] {0}));
  }

  @Test
  void roundsThatFallGoOn() {
    long[] ofABusyMachine = {38, 29, 30, 18, 17, 14, 12, 11, 10, 10, 10, 10, 10};
    assertEquals(12, rounds(ofABusyMachine, new long[] {0}));
  }

  @Test
  void aCompilerThatWorksGoesOn() {
    assertEquals(7, rounds(new long[] {10}, new long[] {9, 8, 7, 6, 0}));
  }

  @Test
  void roundsThatNeverSettleEndAtTheCap() {
    assertEquals(200, rounds(new long[] {10}, new long[] {9}));
    assertEquals(20, rounds(new long[] {100}, new long[] {90}));
  }

  @Test
  void aCompilerThatIsStarvedGoesOnThoughNoMethodIsDone() {
    assertEquals(23, rounds(new long[] {10}, new long[] {0}, 20, 0));
  }

  @Test
  void whatOthersTookDoesNotCountTowardsTheCap() {
    assertEquals(40, rounds(new long[] {100}, new long[] {90}, 0, 0.5));
    assertEquals(400, rounds(new long[] {1}, new long[] {9}, 0, 0.5));
    assertEquals(80, rounds(new long[] {100}, new long[] {90}, 0, 0.99));
  }
}
