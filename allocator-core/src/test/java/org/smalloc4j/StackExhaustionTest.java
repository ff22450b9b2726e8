package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A call that finds the stack at its end throws {@link StackOverflowError} and has changed nothing,
 * wherever in it that is.
 */
@Tag("child-jvm")
class StackExhaustionTest {
  /**
   * All but what compares a heap with its model is interpreted, or it would take 20 times as long.
   */
  static final List<String> INTERPRETED =
      Stream.of(
              "org.smalloc4j.internal.slab.InvariantWalk*",
              "org.smalloc4j.internal.slab.HeldSlots*",
              "java.util.*")
          .map(type -> "-XX:CompileCommand=compileonly," + type + "::*")
          .toList();

  @TempDir private Path directory;

  @BeforeEach
  void onceIsEnough() {
    assumeTrue(
        Smalloc.class.getModule().isNamed(), "the programs are the same on module and class path");
  }

  private ChildJvm jvm() {
    return new ChildJvm(directory)
        .options("-Xmx256m")
        .options(Stairs.JVM_OPTIONS.toArray(String[]::new));
  }

  private static void assertAllRight(String output, int leastOverflows) {
    assertTrue(!output.contains("FAIL") && output.contains(" 0 of "), output);
    int overflows = Integer.parseInt(output.replaceAll("(?s).*, (\\d+) stack overflows.*", "$1"));
    assertTrue(overflows >= leastOverflows, output);
  }

  @Test
  void interpretedCallsChangeNothingAtEverySixteenBytesOfDepth()
      throws IOException, InterruptedException {
    ChildJvm jvm = jvm().options(INTERPRETED.toArray(String[]::new));
    assertAllRight(
        jvm.runWithAssertions(StackExhaustion.class, "sweep", "16", "0").output(), 10_000);
  }

  @Test
  void callsCompiledByTheFirstCompilerChangeNothingAtEverySixteenBytesOfDepth()
      throws IOException, InterruptedException {
    ChildJvm jvm = jvm().options("-XX:TieredStopAtLevel=1", "-Xbatch");
    assertAllRight(
        jvm.runWithAssertions(StackExhaustion.class, "sweep", "16", "120").output(), 10_000);
  }

  @Test
  void compiledCallsChangeNothingAtTenThousandRandomDepths()
      throws IOException, InterruptedException {
    assertAllRight(
        jvm().runWithAssertions(StackExhaustion.class, "random", "10000", "1000").output(), 10_000);
  }

  @Test
  void callsOfVirtualThreadsChangeNothingAtTheEndOfTheirCarriersStack()
      throws IOException, InterruptedException {
    ChildJvm jvm = jvm().options("-Djdk.virtualThreadScheduler.parallelism=1");
    assertAllRight(
        jvm.runWithAssertions(StackExhaustion.class, "random", "1000", "300", "", "virtual")
            .output(),
        1000);
  }

  @Test
  void theFaultsThatTheseTestsAreForAreFound() throws IOException, InterruptedException {
    ChildJvm jvm = jvm().options("-Xint");
    assertEquals(
        "CHAIN_BEFORE_HAND_BACK DRAIN_LOSES_ITS_CHAIN TAKE_BEFORE_PUT",
        jvm.runWithAssertions(StackExhaustion.class, "controls").succeeded().output());
  }
}
