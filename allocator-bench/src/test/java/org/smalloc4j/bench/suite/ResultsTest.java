package org.smalloc4j.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.bench.suite.Samples.answer;
import static org.smalloc4j.bench.suite.Samples.failed;
import static org.smalloc4j.bench.suite.Samples.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.bench.report.Conclusion;
import org.smalloc4j.bench.report.Table;

class ResultsTest {

  private static final Results RESULTS =
      results(
          failed("pair", "arena", "no memory"),
          answer("pair", "mimalloc", 6.0),
          answer("pair", "smalloc4j", 3.0),
          answer("batch", "smalloc4j", 3_000.0),
          answer("batch", "<other>", 2.0));

  @TempDir private Path directory;

  @Test
  void aWorkloadsTableBeginsWithTheBestAndEndsWithWhatFailed() {
    Table table = new Tables(RESULTS).workloads().getFirst();
    assertEquals("pair", table.title());
    assertEquals(
        List.of("allocator", "ns/op", "±", "rank", "× mimalloc", "peak MiB", ""), table.headings());
    assertEquals(List.of("smalloc4j", "3.00", "–", "1", "0.50", "0.95", ""), table.rows().get(0));
    assertEquals(List.of("mimalloc", "6.00", "–", "2", "1.00", "0.95", ""), table.rows().get(1));
    assertEquals(
        List.of("arena", "–", "–", "–", "–", "–", "failed: no memory"), table.rows().get(2));
  }

  @Test
  void whatOthersTookMeanwhileIsToldInTheRowAndOfTheRun() throws IOException {
    Results results =
        results(
            answer("pair", "mimalloc", 6.0).withOthers(0.1),
            answer("pair", "smalloc4j", 3.0).withOthers(0.45),
            answer("pair", "glibc", 9.0).withOthers(null));
    Table table = new Tables(results).workloads().getFirst();
    assertEquals(
        List.of("others used 45 % of the CPUs", "", ""),
        table.rows().stream().map(List::getLast).toList());
    String told =
        "This machine was not idle: in 1 of 3 measurements other processes used more than 10 % of"
            + " its CPU time, up to 45 %. Measure again when it is.";
    assertTrue(results.conclusion().doubts().contains(told), results.conclusion()::toString);
    assertTrue(new SuiteReport(results).html().contains("others used 45"));
    assertEquals(
        1, RESULTS.conclusion().doubts().stream().filter(d -> d.contains("failed")).count());
    assertTrue(RESULTS.conclusion().doubts().stream().noneMatch(d -> d.contains("idle")));
  }

  @Test
  void theRankingSaysWhoIsBestAndByHowMuch() {
    Table ranking = new Tables(RESULTS).ranking("smalloc4j");
    assertEquals(
        List.of("pair", "1", "2", "3.00", "6.00", "0.50", "1.00", "mimalloc"),
        ranking.rows().get(0));
    assertEquals(
        List.of("batch", "2", "2", "3,000", "2.00", "1,500", "1.00", "<other>"),
        ranking.rows().get(1));
  }

  @Test
  void theOverviewsAreGeometricMeansOfTimeAndMemoryForEachKind() {
    Results results =
        results(
            answer("pair", "mimalloc", 1.0),
            answer("batch, lifo", "mimalloc", 1.0),
            answer("larson, 2 threads", "mimalloc", 10.0),
            answer("pair", "smalloc4j", 2.0),
            answer("batch, lifo", "smalloc4j", 8.0),
            answer("larson, 2 threads", "smalloc4j", 5.0),
            answer("pair", "arena", 2.0),
            answer("larson, 2 threads", "arena", 5.0));
    List<Table> overviews = new Tables(results).overviews();
    assertEquals(
        List.of("allocator", "rank", "time ×", "from–to", "memory ×", "both ×", ""),
        overviews.getFirst().headings());
    assertEquals(
        List.of(
            List.of("mimalloc", "1", "1.00", "–", "1.00", "1.00", ""),
            List.of("smalloc4j", "2", "4.00", "–", "1.00", "2.00", ""),
            List.of("arena", "–", "2.00", "–", "1.00", "1.41", "over 1 of 2")),
        overviews.get(0).rows());
    assertTrue(overviews.get(1).title().startsWith("programs: "), overviews::toString);
    assertEquals(
        List.of("arena", "1–2", "0.50", "–", "–", "–", ""),
        overviews.get(1).rows().get(1),
        "a slow allocator has less work, so its memory is not compared");
    Conclusion conclusion = results.conclusion();
    assertEquals(
        "smalloc4j takes 2.00 × the time of mimalloc (rank 2 of 2), and 1.00 × its memory (rank 1),"
            + " over 3 workloads.",
        conclusion.sentence());
    assertEquals(1, conclusion.doubts().size(), "quick is a first look");
  }

  @Test
  void anIntervalReachesNoFurtherThanTheSamples() {
    Table table =
        new Tables(
                results(
                    answer("pair", "mimalloc", 9.0, 10.0, 11.0),
                    answer("pair", "smalloc4j", 10.9, 11.0, 13.0)))
            .overviews()
            .getFirst();
    assertEquals("0.90–1.10", table.rows().get(0).get(3));
    assertEquals("1–2", table.rows().get(0).get(1));
  }

  @Test
  void whatIsWrittenCanBeRead() throws IOException {
    var files = new SuiteFiles(directory);
    files.write(RESULTS);
    assertEquals(RESULTS, Results.read(files.json()));
    assertTrue(RESULTS.anyFailed());
    assertFalse(results(RESULTS.answers().get(1)).anyFailed());
  }

  @Test
  void theReportHoldsEverythingAndNeedsNothing() throws IOException {
    var files = new SuiteFiles(directory);
    files.write(RESULTS);
    String html = Files.readString(files.html());
    assertFalse(html.contains("{{"), "a placeholder is left");
    assertFalse(html.contains("<other>"), "a name is not escaped");
    assertTrue(html.contains("failed: no memory"));
    assertTrue(html.contains("<td class=\"r0\">0.50</td>"));
    assertTrue(html.contains("<tr><th>smalloc4j</th><td><i class=\"ours\""), "a bar");
    assertTrue(html.contains("malloc of 64 bytes, a write, free"), "what a workload is");
    assertTrue(html.indexOf("smalloc4j takes ") < html.indexOf("<nav>"), "the answer is first");
    assertTrue(html.contains("id=\"pair\"") && html.contains("href=\"#pair\""), "an anchor");
    assertFalse(html.contains("src="), "something would be loaded");
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Path other = Files.writeString(directory.resolve("other.json"), "{\"measurements\": []}");
    IOException refusal = assertThrows(IOException.class, () -> Results.read(other));
    assertTrue(
        refusal.getMessage().contains("is not a result of \"smalloc4j bench\""),
        refusal::getMessage);
  }
}
