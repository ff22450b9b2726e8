package org.smalloc4j.bench.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.bench.report.Environment;

class SuiteResultsTest {
  private static final Environment HERE =
      new Environment("cpu", 2, "kernel", "jvm", "commit", "date", List.of("smalloc4j", "micro"));

  private static final SuiteResults RESULTS =
      new SuiteResults(
          HERE,
          List.of(
              new Answer("pair", "smalloc4j", 3.0, 0.25, null),
              new Answer("pair", "mimalloc", 6.0, 0.5, null),
              new Answer("pair", "mimalloc in C", 4.0, null, null),
              Answer.failed("batch", "arena", "no memory")));

  @Test
  void eachQuestionHasATableOfRatios() {
    List<String> tables = RESULTS.tables();
    assertEquals(2, tables.size());
    List<String> lines = tables.getFirst().lines().map(String::strip).toList();
    assertEquals("pair", lines.getFirst());
    assertTrue(lines.get(2).matches("smalloc4j +3\\.00 +0\\.25 +0\\.50 +0\\.75"), lines.get(2));
    assertTrue(lines.get(4).matches("mimalloc in C +4\\.00 +– +0\\.67 +1\\.00"), lines.get(4));
  }

  @Test
  void aFailureIsARowThatSaysWhy() {
    assertTrue(RESULTS.anyFailed());
    assertTrue(RESULTS.tables().getLast().contains("failed: no memory"));
    assertFalse(new SuiteResults(HERE, RESULTS.answers().subList(0, 3)).anyFailed());
  }

  @Test
  void theFileHoldsFiguresAndEnvironment(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("new").resolve("micro.json");
    RESULTS.writeJson(file);
    String json = Files.readString(file);
    assertTrue(json.contains("\"commit\" : \"commit\""), json);
    assertTrue(json.contains("\"nanos\" : 3.0"), json);
  }
}
