package org.smalloc4j.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.bench.report.ComparisonTest.measured;
import static org.smalloc4j.bench.report.ComparisonTest.results;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.bench.replay.Measurement;

class ResultFilesTest {

  @TempDir private Path directory;

  @Test
  void jsonKeepsEnvironmentAndAllRounds() throws IOException {
    var measurement =
        new Measurement(
            "x",
            "a",
            "sequential",
            "v1",
            null,
            1,
            true,
            5,
            List.of(),
            List.of(7L, 3L, 9L),
            null,
            8L,
            1,
            1,
            null);
    Map<String, Object> json = JSON.std.mapFrom(write(results(measurement)).json().toFile());
    assertEquals("a <cpu>", ((Map<?, ?>) json.get("environment")).get("cpu"));
    Map<?, ?> written = (Map<?, ?>) ((List<?>) json.get("measurements")).getFirst();
    assertEquals(List.of(7, 3, 9), written.get("roundNanos"));
    assertTrue(written.containsKey("failure"));
  }

  @Test
  void theReportIsOneFileAndEscapesWhatItShows() throws IOException {
    var failed = Measurement.failed("x", "a", "sequential", null, "<b>broke</b></script>");
    String html = Files.readString(write(results(measured("glibc", "a", 9), failed)).html());
    assertFalse(html.contains("{{"), "an unfilled place");
    assertTrue(html.contains("a &lt;cpu&gt;"));
    assertTrue(html.contains("none on this machine: the allocators in C were left out"));
    assertTrue(html.contains("failed: &lt;b&gt;broke&lt;/b&gt;"));
    assertFalse(html.contains("<b>broke"));
    assertTrue(html.contains("<tr><th>glibc</th><td><i class=\"c\""), "a bar");
    assertFalse(html.contains("<tr><th>x</th>"), "the charts leave out what failed");
    assertFalse(html.matches("(?s).*<(script|link|img)[^>]+(src|href)=.*"), "an outside reference");
    assertEquals(1, html.split("</script", -1).length - 1);
  }

  @Test
  void aSecondRunReplacesTheFilesAndLeavesNoOthers() throws IOException {
    write(results(measured("glibc", "a", 1)));
    write(results(measured("glibc", "a", 2)));
    try (var files = Files.list(directory.resolve("out"))) {
      assertEquals(
          List.of("report.html", "results.json"),
          files.map(file -> String.valueOf(file.getFileName())).sorted().toList());
    }
  }

  private ResultFiles write(ReplayResults results) throws IOException {
    var files = new ResultFiles(directory.resolve("out"));
    files.write(results);
    return files;
  }
}
