package org.smalloc4j.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.bench.suite.Samples.answer;
import static org.smalloc4j.bench.suite.Samples.failed;
import static org.smalloc4j.bench.suite.Samples.results;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.bench.TestCommandLine;
import org.smalloc4j.bench.suite.Changes.Verdict;

class ChangesTest {

  private static final Answer BEFORE = answer("pair", "smalloc4j", 10.0, 10.1, 9.9, 10.0);

  @TempDir private Path directory;

  @Test
  void whatIsSlowerBeyondNoiseIsARegression() {
    assertEquals(Verdict.SLOWER, verdict(answer("pair", "smalloc4j", 11.0, 11.1, 10.9, 11.0)));
  }

  @Test
  void whatIsFasterBeyondNoiseIsNone() {
    assertEquals(Verdict.FASTER, verdict(answer("pair", "smalloc4j", 9.0, 9.1, 8.9, 9.0)));
  }

  @Test
  void aChangeWithinTheThresholdIsNone() {
    assertEquals(Verdict.SAME, verdict(answer("pair", "smalloc4j", 10.4, 10.41, 10.4, 10.4)));
  }

  @Test
  void aChangeWithinTheNoiseIsNone() {
    assertEquals(Verdict.SAME, verdict(answer("pair", "smalloc4j", 9.0, 14.0, 8.0, 13.0)));
  }

  @Test
  void whatFailsNowIsARegression() {
    assertEquals(Verdict.FAILED, verdict(failed("pair", "smalloc4j", "it crashed")));
  }

  private static Verdict verdict(Answer after) {
    Changes changes = Changes.between(results(BEFORE), results(after), 0.05);
    Verdict verdict = changes.changes().getFirst().verdict();
    assertEquals(verdict == Verdict.SLOWER || verdict == Verdict.FAILED, changes.anyRegression());
    return verdict;
  }

  @Test
  void otherAllocatorsTellOfTheMachineOnly() {
    Results before = results(BEFORE, answer("pair", "mimalloc", 10.0, 10.0));
    Results after = results(BEFORE, answer("pair", "mimalloc", 20.0, 20.0));
    Changes changes = Changes.between(before, after, 0.05);
    assertFalse(changes.anyRegression());
    assertEquals(2, changes.ofOthers(), 1e-9);
  }

  @Test
  void theCommandsStatusTells() throws IOException {
    Path before = written("before", BEFORE);
    Path slower = written("slower", answer("pair", "smalloc4j", 12.0, 12.1, 12.0, 12.1));
    Path unrelated = written("unrelated", answer("odd", "smalloc4j", 1.0));
    assertEquals(0, compare(before, before, "same"));
    assertEquals(1, compare(before, slower, "slower"));
    assertEquals(0, compare(slower, before, "faster"));
    assertEquals(2, compare(before, unrelated, "no workload of smalloc4j is in both files"));
    assertEquals(2, compare(before, directory.resolve("none"), "cannot read"));
  }

  @Test
  void aResultFileCanBeReportedAnew() throws IOException {
    Path file = written("before", BEFORE);
    var said = new StringWriter();
    Path out = directory.resolve("report");
    int status =
        TestCommandLine.execute(new PrintWriter(said), "report", file.toString(), "--out=" + out);
    assertEquals(0, status, said::toString);
    assertTrue(said.toString().contains("pair\n  allocator"), said::toString);
    assertTrue(Files.exists(out.resolve("report.html")));
  }

  private Path written(String name, Answer answer) throws IOException {
    var files = new SuiteFiles(Files.createDirectories(directory.resolve(name)));
    files.write(results(answer));
    return files.json();
  }

  private static int compare(Path before, Path after, String said) {
    var out = new StringWriter();
    int status =
        TestCommandLine.execute(
            new PrintWriter(out), "compare", before.toString(), after.toString());
    assertTrue(out.toString().contains(said), out::toString);
    return status;
  }
}
