package org.smalloc4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.bench.trace.BundledTraces;
import org.smalloc4j.bench.trace.TraceFile;

class ReplayCommandTest {

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aGoodRunEndsWithZeroTablesAndBothFiles() throws IOException {
    Path trace = new TraceFile().threads(2).malloc(0, 0, 100).free(1, 0).write(directory);
    assertEquals(
        0, replay("--allocator", "glibc", "--rounds", "1", trace.toString()), err::toString);
    assertTrue(out.toString().contains("small, sequential"), out::toString);
    assertTrue(out.toString().contains("small, threaded"), out::toString);
    assertTrue(Files.exists(reports().resolve("report.html")));
    assertTrue(Files.readString(reports().resolve("results.json")).contains("\"glibc\""));
  }

  @Test
  void theAnswerComesLastAndReportAndCompareTakeTheResults() throws IOException {
    Path trace = new TraceFile().threads(2).malloc(0, 0, 100).free(1, 0).write(directory);
    String[] both = {"--allocator=glibc", "--allocator=smalloc4j", "--mode=sequential"};
    assertEquals(
        0, replay(both[0], both[1], both[2], "--processes=2", trace.toString()), err::toString);
    String text = out.toString();
    assertTrue(text.indexOf("small, sequential") < text.indexOf("smalloc4j takes "), text);
    assertTrue(text.contains("[") || err.toString().contains("[4/4"), "two processes of each");
    String json = reports().resolve("results.json").toString();
    Path again = directory.resolve("again");
    assertEquals(
        0, TestCommandLine.execute(new PrintWriter(out), "report", json, "--out=" + again));
    assertEquals(
        Files.readString(reports().resolve("report.html")),
        Files.readString(again.resolve("report.html")));
    assertEquals(0, TestCommandLine.execute(new PrintWriter(out), "compare", json, json));
    assertTrue(out.toString().contains("trace small, sequential"), out::toString);
  }

  @Test
  void anAllocatorThatFailsIsARowAndTheOthersGoOn() throws IOException {
    Path trace = new TraceFile().malloc(0, 0, 1L << 46).write(directory);
    int status = replay("--allocator", "glibc", "--allocator", "arena", trace.toString());
    assertEquals(1, status);
    assertTrue(
        out.toString()
            .contains("failed: event 0 (malloc of id 0 by thread 0): the allocator returned NULL"),
        out::toString);
    assertTrue(out.toString().contains("failed: java.lang.OutOfMemoryError"), out::toString);
    assertTrue(Files.exists(reports().resolve("report.html")));
  }

  @Test
  void aDamagedTraceEndsWithTwoAndNoReportThoughOthersAreGood() throws IOException {
    Path good = new TraceFile().malloc(0, 0, 8).write(directory);
    Path bad = Files.write(directory.resolve("bad.atrace.gz"), new byte[] {1, 2, 3});
    assertEquals(2, replay("--allocator", "glibc", good.toString(), bad.toString()));
    assertTrue(err.toString().startsWith(bad + ": event 0: "), err::toString);
    assertTrue(err.toString().contains("not a gzip file"), err::toString);
    assertEquals("", out.toString());
    assertFalse(Files.exists(reports()));
  }

  @Test
  void aMissingTraceEndsWithTwo() {
    Path none = directory.resolve("none.atrace.gz");
    assertEquals(2, replay(none.toString()));
    assertEquals(none + ": no such file", err.toString().strip());
  }

  @Test
  void wrongArgumentsEndWithTwoAndSayWhatThereIs() {
    assertEquals(2, replay("--allocator", "odd"));
    assertTrue(
        err.toString().contains("there are: smalloc4j, smalloc4j-shared, glibc"), err::toString);
    assertEquals(2, replay("--allocator", "other"));
    assertTrue(err.toString().contains("\"other\" is not on this machine"), err::toString);
    assertEquals(2, replay("--rounds", "0"));
    assertTrue(err.toString().contains("--rounds must be at least 1, is 0"), err::toString);
    assertEquals(2, replay("--trace", "nosuch"));
    assertTrue(err.toString().contains("no bundled trace \"nosuch\""), err::toString);
    assertEquals(2, replay("--mode", "sideways"));
    assertEquals(2, Main.commandLine().setErr(new PrintWriter(err)).execute());
  }

  @Test
  void tracesOfOneNameEndWithTwo() throws IOException {
    String trace = new TraceFile().malloc(0, 0, 8).write(directory).toString();
    assertEquals(2, replay(trace, trace));
    assertTrue(err.toString().contains("two traces are named \"small\""), err::toString);
  }

  @Test
  void helpEndsWithZeroAndListsTheAllocators() {
    assertEquals(0, replay("--help"));
    assertTrue(out.toString().contains("netty-adaptive"), out::toString);
  }

  @Test
  void jmhTakesTheOptionsOfJmh() {
    var parsed = Main.commandLine().parseArgs("jmh", "-l", "Some.*", "-prof", "gc");
    assertEquals(List.of("-l", "Some.*", "-prof", "gc"), parsed.subcommand().unmatched());
  }

  @Test
  void theBundledTracesAreFound() throws IOException {
    assertEquals(
        List.of("ffmpeg", "gcc", "node", "rocksdb", "sqlite"),
        BundledTraces.list().stream()
            .map(file -> String.valueOf(file.getFileName()).replace(BundledTraces.SUFFIX, ""))
            .toList());
  }

  private Path reports() {
    return directory.resolve("reports");
  }

  private int replay(String... arguments) {
    var all = new ArrayList<>(List.of("replay", "--out", reports().toString()));
    all.addAll(List.of(arguments));
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }
}
