package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A heap where the Java heap runs out in the middle of a call. */
@Tag("child-jvm")
class JavaHeapExhaustionTest {
  @Test
  void aCallThatIsRefusedJavaHeapHasChangedNothing(@TempDir Path directory)
      throws IOException, InterruptedException {
    assumeTrue(
        Smalloc.class.getModule().isNamed(), "the program is the same on module and class path");
    String counts =
        new ChildJvm(directory)
            .options("-Xmx32m", "-XX:+UseSerialGC")
            .runWithAssertions(JavaHeapExhaustion.class)
            .succeeded()
            .output();
    assertTrue(counts.matches("\\d+ calls, \\d+ refused, \\d+ walks"), counts);
    int refused = Integer.parseInt(counts.replaceAll(".* calls, | refused.*", ""));
    assertTrue(refused > 40, counts);
  }
}
