package org.smalloc4j.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.bench.report.ComparisonTest.measured;
import static org.smalloc4j.bench.report.ComparisonTest.results;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.smalloc4j.bench.replay.Measurement;

class RankingTest {

  private static Measurement rounds(String target, String trace, long resident, Long... rounds) {
    return rounds(target, trace, resident, null, rounds);
  }

  private static Measurement disturbed(String target, Long... rounds) {
    return rounds(target, "a", 1, 0.5, rounds);
  }

  private static Measurement rounds(
      String target, String trace, long resident, @Nullable Double others, Long... rounds) {
    return new Measurement(
        target,
        trace,
        "sequential",
        "v",
        null,
        1,
        true,
        50,
        List.of(),
        List.of(rounds),
        0L,
        resident,
        100,
        2,
        others);
  }

  private static Ranking ranking(Measurement... measurements) {
    return results(measurements).ranking();
  }

  @Test
  void aSecondLookIsForThoseNearTheFastestAndForWhatWasDisturbed() {
    Measurement near = rounds("near", "a", 1, 14L, 14L, 60L, 60L);
    Measurement far = rounds("far", "a", 1, 14L, 15L, 15L, 15L, 15L);
    Measurement base = rounds("mimalloc", "a", 1, 10L);
    Measurement disturbed = disturbed("disturbed", 90L);
    assertEquals(
        List.of(near, base, disturbed), results(near, far, base, disturbed).worthRepeating());
    assertEquals(List.of(), results().worthRepeating());
    Measurement failed = Measurement.failed("x", "a", "sequential", null, "broke");
    assertEquals(List.of(failed), results(failed).worthRepeating());
  }

  @Test
  void theFastestIsFirstAndAllIsRelativeToMimalloc() {
    Ranking ranking =
        ranking(
            rounds("glibc", "a", 200, 10L),
            rounds("smalloc4j", "a", 400, 5L),
            rounds("glibc", "b", 200, 10L),
            rounds("smalloc4j", "b", 100, 20L),
            rounds("mimalloc", "a", 200, 4L),
            rounds("mimalloc", "b", 200, 16L));
    assertEquals("mimalloc", ranking.base());
    assertEquals(
        List.of("mimalloc", "glibc", "smalloc4j"),
        ranking.rows().stream().map(Ranking.Row::target).toList());
    Ranking.Row ours = ranking.rows().getLast();
    assertEquals(1.25, ours.time(), 1e-9);
    assertEquals(1, ours.memory(), 1e-9);
    assertEquals("2–3", ours.rank());
    assertEquals("1", ranking.rows().getFirst().rank());
    assertEquals(
        "smalloc4j takes 1.25 × the time of mimalloc (rank 2–3 of 3), and 1.00 × its memory (rank"
            + " 1), over 2 replays.",
        ranking.sentence("replay"));
  }

  @Test
  void theSentenceIsNotAboutTheBaseItself() {
    Ranking shared = ranking(measured("smalloc4j", "a", 10), measured("smalloc4j-shared", "a", 20));
    assertEquals("smalloc4j", shared.base());
    Ranking others = ranking(measured("x", "a", 10), measured("y", "a", 20));
    assertTrue(others.sentence("replay").startsWith("y takes 2.00 × the time of x"));
  }

  @Test
  void ranksAreSharedWhereTheMiddleHalvesOfTheRoundsOverlap() {
    Ranking ranking =
        ranking(
            rounds("glibc", "a", 1, 100L, 101L, 102L, 103L),
            rounds("x", "a", 1, 90L, 95L, 101L, 110L),
            rounds("y", "a", 1, 200L, 201L, 202L, 900L));
    assertEquals(
        List.of("1–2", "1–2", "3"), ranking.rows().stream().map(Ranking.Row::rank).toList());
  }

  @Test
  void whoHasNotDoneEverythingIsNotRanked() {
    Measurement failed = Measurement.failed("x", "b", "sequential", null, "broke");
    Ranking ranking =
        ranking(
            measured("glibc", "a", 1), measured("x", "a", 2), measured("glibc", "b", 3), failed);
    assertEquals(1, ranking.rows().size());
    assertEquals("", ranking.sentence("replay"));
    assertEquals(List.of("x"), ranking.partial().stream().map(Ranking.Row::target).toList());
    assertEquals(
        List.of("x", "–", "2.00", "–", "1.00", "1.00", "1.41", "over 1 of 2"),
        ranking.tableOfAll("all").rows().getLast());
    assertEquals(
        "Without a rank, for not all replays were done: x.",
        new Conclusion(ranking, "replay", List.of()).unranked());
  }

  @Test
  void withoutGlibcTheFirstOfOthersIsTheBase() {
    Ranking beside = ranking(measured("smalloc4j", "a", 10), measured("x", "a", 5));
    assertEquals("x", beside.base());
    assertTrue(beside.sentence("replay").endsWith("over 1 replay."), beside::toString);
    Ranking ranking = ranking(measured("x", "a", 10), measured("y", "a", 5));
    assertEquals("x", ranking.base());
    assertEquals(0.5, ranking.rows().getFirst().time(), 1e-9);
    assertTrue(ranking().rows().isEmpty());
  }

  @Test
  void figuresHaveThreeDigits() {
    assertEquals("0.13", Digits.of(0.1251));
    assertEquals("1.00", Digits.of(0.996));
    assertEquals("12.5", Digits.of(12.51));
    assertEquals("100", Digits.of(99.96));
    assertEquals("1,230", Digits.of(1234.6));
    assertEquals("0.0099", Digits.of(0.00987));
    assertEquals("0", Digits.of(0.0));
    assertEquals("–", Digits.of(null));
    assertEquals("–", Digits.range(2, 2), "a single sample has no interval");
  }

  @Test
  void thePictureHasAShapeForEachAndLinesAtOne() {
    Ranking ranking =
        ranking(
            rounds("glibc", "a", 100, 10L),
            rounds("smalloc4j", "a", 150, 5L),
            rounds("arena", "a", 300, 90L));
    String svg = TimeMemoryChart.of(ranking);
    assertEquals(2, svg.split("<circle", -1).length - 1, "in Java");
    assertEquals(1, svg.split("<rect", -1).length - 1, "in C");
    assertEquals(2, svg.split("class=\"one\"", -1).length - 1);
    assertTrue(svg.contains(">smalloc4j</text>") && svg.contains(">arena</text>"), svg);
    assertEquals("", TimeMemoryChart.of(ranking(measured("x", "a", 1))));
  }

  @Test
  void barsAreSortedAndThoseMuchLongerAreCut() {
    Chart chart =
        Chart.of(
            "c",
            List.of(
                Chart.Bar.of("arena", "90", 90),
                Chart.Bar.of("smalloc4j", "1", 1),
                Chart.Bar.of("glibc in C", "2", 2)),
            1.0);
    assertEquals(List.of("ours", "c", "java"), chart.bars().stream().map(Chart.Bar::kind).toList());
    assertEquals(8.0, chart.most());
    assertTrue(chart.html().contains("--line:12.5%"), chart::html);
    assertTrue(chart.html().contains("<i class=\"java cut\" style=\"width:100.0%\">"), chart::html);
  }

  @Test
  void anIntervalIsDrawnAndTheLineIsAlwaysThere() {
    Chart chart = Chart.of("c", List.of(Chart.Bar.of("arena", "0.5", 0.5, 0.25, 0.75)), 1.0);
    assertTrue(chart.html().contains("<b style=\"left:24.3%;width:48.5%\">"), chart::html);
    assertTrue(chart.html().contains("--line:97.1%"), chart::html);
    assertEquals(2, Chart.both("a", ranking(measured("glibc", "a", 1))).size());
  }
}
