package org.smalloc4j.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.smalloc4j.bench.report.ComparisonTest.results;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.smalloc4j.bench.replay.Measurement;

class DoubtsTest {

  private static Measurement measured(@Nullable Double others, Long... rounds) {
    return new Measurement(
        "x",
        "a",
        "sequential",
        "v",
        null,
        10,
        true,
        5,
        List.of(),
        List.of(rounds),
        1L,
        2L,
        3,
        1,
        others);
  }

  @Test
  void aQuietMeasurementHasNone() {
    assertEquals("", Doubts.of(measured(0.1, 100L, 119L)));
    assertEquals("", Doubts.of(measured(null, 100L)));
    assertEquals(List.of(), Doubts.of(results(measured(0.1, 100L))));
  }

  @Test
  void wideSpreadAndOthersAreToldInTheRow() {
    Measurement noisy = measured(0.45, 100L, 130L);
    assertEquals("spread over 20 %, others used 45 % of the CPUs", Doubts.of(noisy));
    assertEquals(
        Doubts.of(noisy), Comparison.of(results(noisy)).getFirst().rows().getFirst().note());
  }

  @Test
  void theRunTellsHowManyAndHowMuch() {
    List<String> doubts = Doubts.of(results(measured(0.45, 100L, 130L), measured(0.2, 100L)));
    assertEquals(
        List.of(
            "This machine was not idle: in 2 of 2 measurements other processes used more than 10 %"
                + " of its CPU time, up to 45 %. Measure again when it is.",
            "The rounds of 1 of 2 measurements spread over more than 20 % of their median."),
        doubts);
  }
}
