package org.smalloc4j.bench.designs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smalloc4j.bench.TestCommandLine;
import org.smalloc4j.bench.svg.Elements;

/** The command {@code designs}. */
class DesignsCommandTest {

  @TempDir private Path directory;
  private final StringWriter said = new StringWriter();

  private int run(String... arguments) {
    return TestCommandLine.execute(new PrintWriter(said), arguments);
  }

  @Test
  void aRunPrintsTablesAndWritesItsDataAndCharts() throws IOException {
    int status =
        run(
            "designs",
            "--design=system",
            "--design=classic-slab",
            "--task=scaling",
            "--rounds=1",
            "--seconds=0.01",
            "--threads=2",
            "--out=" + directory.resolve("new"));
    assertEquals(0, status, said::toString);
    assertTrue(
        said.toString().matches("(?s).*\n  classic-slab( +\\d+\\.\\d\\d){2}.*"), said::toString);
    assertTrue(said.toString().contains("lines of code"), said::toString);
    Map<String, Object> json = JSON.std.mapFrom(directory.resolve("new/designs.json").toFile());
    assertEquals(2, ((List<?>) json.get("answers")).size(), json::toString);
    for (String chart : List.of("scaling.svg", "waiting.svg", "lines.svg")) {
      String svg = Files.readString(directory.resolve("new").resolve(chart));
      assertTrue(new Elements(svg).texts().contains("classic-slab"), svg);
    }
  }

  @Test
  void picturesAreAFileForEachDesign() throws IOException {
    assertEquals(0, run("designs", "--pictures=" + directory), said::toString);
    for (String picture : List.of("slab.svg", "binned.svg", "first-fit.svg", "smalloc.svg")) {
      assertTrue(Files.size(directory.resolve(picture)) > 10_000, picture);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--rounds=0, '--rounds must be at least 1, is 0'",
    "--seconds=0, '--seconds must be above 0 and at most 10, is 0.0'",
    "--threads=2000, '--threads must be 1 to 1024, is 2000'",
    "--events=0, '--events must be at least 1, is 0'",
    "--design=odd, 'no design \"odd\", there are: classic-slab, '",
    "--task=odd, 'no task \"odd\", there are: pair, '"
  })
  void badUsageEndsWithTwoAndSaysWhatWasExpected(String argument, String message) {
    assertEquals(2, run("designs", argument));
    assertTrue(said.toString().contains(message), said::toString);
    assertFalse(said.toString().contains("[1/"), said::toString);
  }
}
