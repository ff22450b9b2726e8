package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.ChildJvm;

/** Page and binned allocators where the Java heap runs out in the middle of a call. */
class FullHeapTest {
  @Test
  void aFullJavaHeapLeavesNothingMapped(@TempDir Path directory)
      throws IOException, InterruptedException {
    ChildJvm.Result result =
        new ChildJvm(directory)
            .options("-Xmx16m", "-Xms16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
            .run(FullHeapProgram.class)
            .succeeded();
    assertTrue(Integer.parseInt(result.output()) > 20, "calls that failed: " + result.output());
  }
}
