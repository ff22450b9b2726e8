package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arenas and pools where the Java heap runs out in the middle of a call. */
class JavaHeapFullTest {
  @Test
  void aFullJavaHeapChangesNoArenaAndNoPool(@TempDir Path directory)
      throws IOException, InterruptedException {
    ChildJvm.Result result =
        new ChildJvm(directory)
            .options("-Xmx8m", "-Xms8m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
            .run(HeapFullProgram.ALL)
            .succeeded();
    assertTrue(Integer.parseInt(result.output()) > 15, "calls that failed: " + result.output());
  }
}
