package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Calls need no Java heap from the first one after the heap was built, but for the weak reference
 * by which a thread owns its slab.
 */
@Tag("child-jvm")
class JavaHeapUseTest {
  @TempDir private Path directory;

  @BeforeEach
  void onceIsEnough() {
    assumeTrue(
        Smalloc.class.getModule().isNamed(), "the programs are the same on module and class path");
  }

  private void assertNothing(String[] options, String... arguments)
      throws IOException, InterruptedException {
    ChildJvm.Result result =
        new ChildJvm(directory)
            .options("-Xmx256m")
            .options(options)
            .runWithAssertions(JavaHeapUse.class, arguments);
    assertTrue(result.output().contains(" 0 left "), result.output() + result.errors());
    assertEquals(0, result.exitStatus());
  }

  /** For hundreds of calls together: see JavaHeapUse. */
  private static final String SOME = "-Dsmalloc4j.allowedBytes=4096";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PLAIN: malloc and free",
        "PLAIN: malloc aligned",
        "PLAIN: malloc, calloc, realloc",
        "PLAIN: free of another",
        "PLAIN: free of a dead",
        "PLAIN: realloc in place",
        "PLAIN: realloc of",
        "PLAIN: usableSize",
        "PLAIN: trim",
        "PLAIN: close",
        "LIMITED: malloc and free",
        "LIMITED: realloc",
        "SHARED: malloc and free",
        "EXHAUSTED: malloc and free",
      })
  void theFirstCallsInAJvm(String names) throws IOException, InterruptedException {
    assertNothing(new String[] {"-Xint"}, "1", names);
  }

  @Test
  void interpreted() throws IOException, InterruptedException {
    assertNothing(StackExhaustionTest.INTERPRETED.toArray(String[]::new), "110");
  }

  @Test
  void compiledByTheFirstCompiler() throws IOException, InterruptedException {
    assertNothing(new String[] {"-XX:TieredStopAtLevel=1", SOME}, "330");
  }

  @Test
  void compiled() throws IOException, InterruptedException {
    assertNothing(new String[] {SOME}, "330");
  }

  @Test
  void ofVirtualThreads() throws IOException, InterruptedException {
    String[] oneCarrier = {
      "-Dsmalloc4j.allowedBytes=8192", // the code has a way more that can be thrown away
      "-Djdk.virtualThreadScheduler.parallelism=1",
      "-Djdk.virtualThreadScheduler.maxPoolSize=1"
    };
    assertNothing(oneCarrier, "330", "", "virtual");
  }
}
