package org.smalloc4j.bench.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MeasurementTest {

  private static Measurement process(
      long cold, long resident, @Nullable Double others, Long... rounds) {
    return new Measurement(
        "x",
        "a",
        "sequential",
        "v",
        null,
        10,
        true,
        cold,
        List.of(1L),
        List.of(rounds),
        100L,
        100 + resident,
        50,
        1,
        others);
  }

  @Test
  void severalProcessesGiveTheirRoundsTheMiddleMemoryAndTheMostOfOthers() {
    Measurement all =
        Measurement.together(
            List.of(
                process(70, 900, 0.1, 30L, 20L),
                process(50, 300, null, 10L),
                process(90, 500, 0.4, 40L, 50L)));
    assertEquals(List.of(30L, 20L, 10L, 40L, 50L), all.roundNanos());
    assertEquals(3.0, all.nanosPerEvent());
    assertEquals(1.0, all.bestNanosPerEvent());
    assertEquals(7.0, all.coldNanosPerEvent());
    assertEquals(500L, all.residentBytes());
    assertEquals(0.4, all.othersCpu());
    assertEquals(3, all.processes());
  }

  @Test
  void oneProcessThatFailedStandsForAll() {
    Measurement failed = Measurement.failed("x", "a", "sequential", null, "broke");
    assertEquals(failed, Measurement.together(List.of(process(1, 1, null, 1L), failed)));
  }

  @Test
  void spreadLeavesOutTheOutermostTenth() {
    Measurement ten = process(1, 1, null, 1L, 90L, 95L, 98L, 99L, 101L, 102L, 105L, 110L, 900L);
    assertEquals(0.2, ten.spread(), 1e-9);
    assertEquals(1.0, process(1, 1, null, 10L, 5L, 15L).spread(), 1e-9);
    assertNull(ten.othersCpu());
  }
}
