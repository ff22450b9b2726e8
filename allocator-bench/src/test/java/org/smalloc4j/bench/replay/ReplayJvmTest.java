package org.smalloc4j.bench.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.process.Rounds;
import org.smalloc4j.bench.trace.TraceFile;
import org.smalloc4j.bench.trace.TraceSummary;

class ReplayJvmTest {

  private static final TraceSummary SMALL = new TraceSummary("small", 12, 3, 6, 2_000_000);
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void everyAllocatorReplaysEveryOperationInBothModes(TargetKind target) throws IOException {
    assumeTrue(target.isInstalled() && target != TargetKind.HEAP_ARRAY);
    for (Mode mode : Mode.values()) {
      if (mode == Mode.THREADED && target.isForOneThread()) {
        continue;
      }
      var jvm = new ReplayJvm(LONG);
      Measurement measurement =
          jvm.run(new ReplayJob(target, mixed(), mode, 3, Integer.MAX_VALUE, 0), SMALL);
      assertNull(measurement.failure());
      assertNotNull(measurement.version());
      assertEquals(target.label(), measurement.target());
      assertEquals(mode.label(), measurement.mode());
      assertEquals("small", measurement.trace());
      assertTrue(measurement.settlingNanos().size() > Settling.WINDOW);
      assertTrue(measurement.roundNanos().size() >= 3);
      assertEquals(12, measurement.events());
      assertTrue(measurement.comparable());
    }
  }

  @Test
  void roundsAreTimedUntilThereAreEnoughOrTheyTookTooLong() {
    long shortest = 1_000_000;
    long enough = 300_000_000;
    long tooLong = 6_000_000_000L;
    assertTrue(Rounds.wantsAnother(0, 1, 0));
    assertTrue(Rounds.wantsAnother(4, 5, enough));
    assertFalse(Rounds.wantsAnother(5, 5, enough));
    assertTrue(Rounds.wantsAnother(5, 5, shortest));
    assertFalse(Rounds.wantsAnother(1_000, 5, shortest));
    assertFalse(Rounds.wantsAnother(1, 5, tooLong));
  }

  @Test
  void theEventLimitIsKept() throws IOException {
    var jvm = new ReplayJvm(LONG);
    Measurement measurement =
        jvm.run(new ReplayJob(TargetKind.GLIBC, mixed(), Mode.SEQUENTIAL, 1, 5, 0), SMALL);
    assertEquals(5, measurement.events());
  }

  @Test
  void aJvmThatDoesNotEndInTimeIsAFailure() throws IOException {
    var jvm = new ReplayJvm(Duration.ofMillis(1));
    Measurement measurement =
        jvm.run(new ReplayJob(TargetKind.GLIBC, mixed(), Mode.SEQUENTIAL, 1, 5, 0), SMALL);
    assertEquals("no end after 0.001 s", measurement.failure());
  }

  @Test
  void aJvmThatEndsWithoutAResultIsAFailureWithItsFirstWords() throws IOException {
    var jvm = new ReplayJvm(LONG);
    Path none = directory.resolve("none.atrace.gz");
    Measurement measurement =
        jvm.run(new ReplayJob(TargetKind.GLIBC, none, Mode.SEQUENTIAL, 1, 5, 0), SMALL);
    String failure = String.valueOf(measurement.failure());
    assertTrue(failure.startsWith("the JVM ended with status 1: Exception in thread"), failure);
    assertTrue(failure.contains(none.toString()), failure);
  }

  private Path mixed() throws IOException {
    return new TraceFile()
        .threads(3)
        .malloc(0, 0, 100)
        .malloc(1, 1, 0)
        .calloc(2, 2, 5_000)
        .aligned(0, 3, 300, 12)
        .realloc(1, 0, 20_000)
        .realloc(2, 3, 10)
        .realloc(2, 1, 0)
        .free(0, 0)
        .free(0, 3)
        .malloc(1, 4, 2_000_000)
        .free(2, 4)
        .malloc(1, 5, 17)
        .write(directory);
  }
}
