package org.smalloc4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smalloc4j.bench.trace.TraceFile;

/** The commands {@code micro}, {@code ageing} and {@code churn}. */
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
  void microAnswersInJavaAndInC() throws IOException {
    int status =
        run(
            "micro",
            "--question=pair",
            "--allocator=glibc",
            "--forks=1",
            "--iterations=1",
            "--millis=10",
            "--out=" + directory);
    assertEquals(0, status, err::toString);
    assertTrue(out.toString().contains("pair\n"), out::toString);
    assertTrue(out.toString().matches("(?s).* glibc +[\\d,]+\\.\\d\\d .*"), out::toString);
    assertTrue(Files.readString(directory.resolve("micro.json")).contains("\"glibc\""));
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

  @ParameterizedTest
  @CsvSource({
    "micro --forks=0, must be at least 1",
    "micro --question=odd, 'no question contains \"odd\", there are: pair; '",
    "micro --allocator=odd, 'no allocator \"odd\", there are: smalloc4j, '",
    "ageing --rounds=3, --rounds must be at least 4",
    "ageing --trace=odd, no bundled trace \"odd\"",
    "churn --threads=10, --threads must be at least 1000"
  })
  void badUsageEndsWithTwoAndSaysWhatWasExpected(String arguments, String message) {
    assertEquals(2, run(arguments.split(" ")));
    assertTrue(err.toString().contains(message), err::toString);
    assertFalse(out.toString().contains("ns"), out::toString);
  }
}
