package org.smalloc4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smalloc4j.bench.trace.TraceFile;

/**
 * The commands {@code ageing}, {@code churn}, {@code safepoints}, {@code scrape}, {@code startup}
 * and {@code threads}, and what {@code bench} refuses.
 */
class MeasuringCommandsTest {

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void ageingComparesTheLastRoundWithTheThird() throws IOException {
    Path trace = new TraceFile().malloc(0, 0, 100).free(0, 0).write(directory);
    int status =
        run("ageing", "--rounds=5", "--processes=1", "--allocator=glibc", trace.toString());
    assertEquals(0, status, err::toString);
    assertTrue(out.toString().contains("round 5"), out::toString);
    assertTrue(
        out.toString().matches("(?s).*small, glibc( +\\d+\\.\\d\\d){3}\\s.*"), out::toString);
  }

  @Test
  void ageingOfAnAllocatorThatFailsIsARowAndOne() throws IOException {
    Path trace = new TraceFile().malloc(0, 0, 1L << 46).write(directory);
    assertEquals(1, run("ageing", "--processes=1", "--allocator=glibc", trace.toString()));
    assertTrue(out.toString().contains("failed: event 0"), out::toString);
  }

  @Test
  void churnAccountsForAllBlocks() {
    assertEquals(0, run("churn", "--threads=1000"), err::toString);
    assertTrue(out.toString().contains("1,000 virtual threads"), out::toString);
  }

  @Test
  void safepointsAreMeasuredInAJvmForEachCollectorAndCause() {
    int status = run("safepoints", "--millis=10", "--size=2", "--collector=G1", "--collector=Z");
    assertEquals(0, status, err::toString);
    assertTrue(out.toString().contains("realloc 2 MiB"), out::toString);
    assertTrue(
        out.toString().matches("(?s).*\n  z, System.gc( +\\d+\\.\\d){3}\\s.*"), out::toString);
  }

  @Test
  void scrapeTellsWhatFiguresCostAndThatTheyAreRight() {
    assertEquals(0, run("scrape", "--blocks=16000"), out::toString);
    assertTrue(out.toString().matches("(?s).*freed by their owner +\\d{5} +0 .*"), out::toString);
  }

  @Test
  void startupTellsEachFirstBlockWithAndWithoutACache() {
    assertEquals(0, run("startup", "--rounds=1"), err::toString);
    String rows = "(?s).*no AOT cache, ms.*\n  smalloc4j( +-?\\d+\\.\\d){4} +-?[\\d.]+ +\\d+\\s.*";
    assertTrue(out.toString().matches(rows + ", AOT cache, ms.*\n  smalloc4j .*"), out::toString);
  }

  @Test
  void threadsAreMeasuredUpToTheMostAndOneBesideIdleOnes() throws IOException {
    int status =
        run(
            "threads",
            "--most=2",
            "--millis=1",
            "--rounds=1",
            "--allocator=smalloc4j",
            "--out=" + directory);
    assertEquals(0, status, err::toString);
    assertTrue(
        out.toString().matches("(?s).*virtual threads +1 +2 +1 beside 64 idle\\s.*"),
        out::toString);
    assertTrue(out.toString().matches("(?s).*\n  smalloc4j( +\\d+\\.\\d){3}\\s.*"), out::toString);
    for (String kind : List.of("platform", "virtual")) {
      String chart = Files.readString(directory.resolve("threads-" + kind + ".svg"));
      assertTrue(chart.contains("live " + kind + " threads"), chart);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bench quick --timeout=0, --timeout must be at least 1",
    "bench odd, 'no set \"odd\", there are: quick, standard, full'",
    "bench --workload=odd, 'no workload contains \"odd\", there are: pair; '",
    "bench --allocator=odd, 'no allocator \"odd\", there are: smalloc4j, '",
    "bench --workload=larson --allocator=heap-array, none of these allocators can do these",
    "bench --other=odd, '--other: \"odd\" is not of the form FILE,PREFIX'",
    "bench --other=/odd,x, --other: there is no file /odd",
    "ageing --rounds=3, --rounds must be at least 4",
    "ageing --trace=odd, no bundled trace \"odd\"",
    "churn --threads=10, --threads must be at least 1000",
    "safepoints --size=2000, --size 1 to 1024",
    "scrape --blocks=1, --blocks must be at least 16",
    "startup --rounds=0, --rounds must be at least 1",
    "threads --most=2000, --most must be 1 to 1024",
    "threads --allocator=arena-slicing, \"arena-slicing\" is for one thread"
  })
  void badUsageEndsWithTwoAndSaysWhatWasExpected(String arguments, String message) {
    assertEquals(2, run(arguments.split(" ")));
    assertTrue(err.toString().contains(message), err::toString);
    assertFalse(out.toString().contains("ns"), out::toString);
  }
}
