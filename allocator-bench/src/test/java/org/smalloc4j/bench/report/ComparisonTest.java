package org.smalloc4j.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.trace.TraceSummary;

class ComparisonTest {

  private static final double EXACT = 1e-9;

  @Test
  void aRowIsTheMedianPerEventRelativeToGlibc() {
    Comparison table =
        Comparison.of(results(measured("glibc", "a", 40), measured("x", "a", 10))).getFirst();
    Comparison.Row row = table.rows().get(1);
    assertEquals(10, row.nanosPerEvent(), EXACT);
    assertEquals(0.25, row.ratio(), EXACT);
    assertEquals(1.0, table.rows().get(0).ratio(), EXACT);
  }

  @Test
  void medianIsTheMiddleRoundOrTheMeanOfBoth() {
    assertEquals(3, rounds(9L, 1L, 3L).nanosPerEvent(), EXACT);
    assertEquals(5, rounds(9L, 1L, 7L, 3L).nanosPerEvent(), EXACT);
  }

  @Test
  void wasteIsWhatTheReplayAddedPerLiveByte() {
    Measurement measurement = measured("x", "a", 1);
    assertEquals(600, measurement.residentBytes());
    assertEquals(1.5, measurement.waste(), EXACT);
  }

  @Test
  void unknownMemoryIsShownAsMissing() {
    var unknown =
        new Measurement(
            "x",
            "a",
            "sequential",
            "1",
            null,
            10,
            true,
            5,
            List.of(),
            List.of(100L),
            null,
            null,
            400,
            1,
            null);
    Comparison.Row row = Comparison.of(results(unknown)).getFirst().rows().getFirst();
    assertNull(row.residentBytes());
    assertNull(row.waste());
    assertEquals("–", Figures.cells(row).get(8));
  }

  @Test
  void meansAreGeometricAndPerMode() {
    List<Comparison> tables =
        Comparison.of(
            results(
                measured("glibc", "a", 10),
                measured("x", "a", 20),
                measured("glibc", "b", 10),
                measured("x", "b", 80)));
    assertEquals(3, tables.size());
    Comparison means = tables.getLast();
    assertEquals("geometric mean of 2 traces", means.title());
    assertEquals(40, means.rows().get(1).nanosPerEvent(), EXACT);
    assertEquals(4, means.rows().get(1).ratio(), EXACT);
    assertEquals(1.5, means.rows().get(1).waste(), EXACT);
    assertEquals("", means.rows().get(1).note());
  }

  @Test
  void aFailureIsARowAndIsLeftOutOfTheMean() {
    List<Comparison> tables =
        Comparison.of(
            results(
                measured("x", "a", 20),
                Measurement.failed("x", "b", "sequential", null, "it broke")));
    Comparison.Row failed = tables.get(1).rows().getFirst();
    assertEquals("failed: it broke", failed.note());
    assertNull(failed.nanosPerEvent());
    Comparison.Row mean = tables.getLast().rows().getFirst();
    assertEquals(20, mean.nanosPerEvent(), EXACT);
    assertEquals("over 1 of 2", mean.note());
  }

  @Test
  void aPartOfATraceIsNotCompared() {
    var part =
        new Measurement(
            "x",
            "a",
            "sequential",
            "1",
            null,
            10,
            false,
            5,
            List.of(),
            List.of(100L),
            0L,
            600L,
            400,
            1,
            null);
    Comparison.Row row =
        Comparison.of(results(measured("glibc", "a", 10), part)).getFirst().rows().get(1);
    assertEquals(10, row.nanosPerEvent(), EXACT);
    assertNull(row.ratio());
    assertNull(row.waste());
    assertEquals("first 10 events only, not comparable", row.note());
  }

  @Test
  void theTitleSaysWhenOnlyAPartWasAskedFor() {
    ReplayResults whole = results(measured("glibc", "a", 10));
    var longer = List.of(new TraceSummary("a", 11, 1, 5, 400));
    var part = new ReplayResults(whole.environment(), longer, whole.measurements());
    assertEquals("a", Comparison.of(whole).getFirst().title());
    assertEquals("a (first 10 events)", Comparison.of(part).getFirst().title());
  }

  @Test
  void aMeanWithAMissingOrZeroFigureIsMissing() {
    assertEquals(6, GeometricMean.of(List.of(4.0, 9.0)), EXACT);
    assertNull(GeometricMean.of(Arrays.asList(4.0, null)));
    assertNull(GeometricMean.of(List.of(4.0, 0.0)));
    assertNull(GeometricMean.of(List.of()));
  }

  @Test
  void textColumnsAreAligned() {
    String text =
        TextTable.of(
            Comparison.of(results(measured("glibc", "a", 1_000), measured("xyz-xyz", "a", 5)))
                .getFirst()
                .table());
    List<String> lines = text.lines().toList();
    assertEquals("a, sequential", lines.get(0));
    String heads =
        "  allocator  ns/event   best  spread  JVMs  × glibc  cold ns  cold ×  resident M"
            + "iB  live MiB  waste";
    String figures =
        "  xyz-xyz        5.00   5.00       –     1   0.0050     0.50    1.00       0.000"
            + "57   0.00038   1.50";
    assertEquals(heads, lines.get(1));
    assertEquals(figures, lines.get(3));
    assertTrue(text.endsWith("\n"));
  }

  static ReplayResults results(Measurement... measurements) {
    var environment =
        new Environment("a <cpu>", 2, "Linux", "VM", "c0ffee", "today", List.of("replay"), "none");
    return new ReplayResults(
        environment, List.of(new TraceSummary("a", 10, 1, 5, 400)), List.of(measurements));
  }

  /** Ten events of {@code nanos} each; 600 bytes resident for 400 live. */
  static Measurement measured(String target, String trace, long nanos) {
    return new Measurement(
        target,
        trace,
        "sequential",
        "v1",
        null,
        10,
        true,
        5,
        List.of(),
        List.of(10 * nanos),
        1_000L,
        1_600L,
        400,
        1,
        null);
  }

  private static Measurement rounds(Long... nanos) {
    return new Measurement(
        "x",
        "a",
        "sequential",
        "v1",
        null,
        1,
        true,
        5,
        List.of(),
        List.of(nanos),
        0L,
        0L,
        1,
        1,
        null);
  }
}
