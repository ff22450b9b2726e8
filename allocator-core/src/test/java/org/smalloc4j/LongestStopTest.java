package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No thread of the JVM waits while a large block is copied or zeroed by another one. */
@Tag("child-jvm")
class LongestStopTest {
  private static final long MOST_MILLIS = 150;

  /** 512 MiB at 10 GB a second. */
  private static final long LEAST_MILLIS_OF_ONE_CALL = 50;

  /** A busy machine stops threads too; the least of some runs is what the calls do. */
  private static final int RUNS = 3;

  @TempDir private Path directory;

  @BeforeEach
  void onceIsEnough() {
    assumeTrue(
        Smalloc.class.getModule().isNamed(), "the program is the same on module and class path");
  }

  /** Returns the longest stop beyond that of an idle JVM, in ms: the least of some runs. */
  private long leastMillis() throws IOException, InterruptedException {
    long least = Long.MAX_VALUE;
    for (int run = 0; run < RUNS && least > MOST_MILLIS; run++) {
      String[] millis =
          new ChildJvm(directory)
              .options("-Xmx64m", "-XX:+UseSerialGC")
              .run(LongestStop.class)
              .succeeded()
              .output()
              .split(" ");
      least = Math.min(least, Long.parseLong(millis[1]) - Long.parseLong(millis[0]));
    }
    return least;
  }

  @Test
  void growingAndZeroingHalfAGibibyteStopsNoOtherThread() throws IOException, InterruptedException {
    long millis = leastMillis();
    assertTrue(millis <= MOST_MILLIS, millis + " ms beyond the idle JVM's longest stop");
  }

  @Test
  void aCopyWithOneCallIsFoundOut() throws IOException, InterruptedException {
    String[] millis =
        new ChildJvm(directory)
            .options("-Xmx64m", "-XX:+UseSerialGC")
            .run(LongestStop.class, "whole")
            .succeeded()
            .output()
            .split(" ");
    long stopped = Long.parseLong(millis[1]) - Long.parseLong(millis[0]);
    assertTrue(stopped > LEAST_MILLIS_OF_ONE_CALL, stopped + " ms");
  }
}
