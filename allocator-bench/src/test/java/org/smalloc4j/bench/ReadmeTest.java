package org.smalloc4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.smalloc4j.bench.allocator.TargetKind;

/** What README claims and a test can tell. */
class ReadmeTest {

  private static final Path ROOT = Path.of("..");

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  @Test
  void everyLinkLeadsToAFile() throws IOException {
    Pattern.compile("]\\(([^)#:]+)")
        .matcher(read("README.md"))
        .results()
        .forEach(link -> assertTrue(Files.exists(ROOT.resolve(link.group(1))), link::group));
  }

  @Test
  void theVersionIsThatOfTheBuild() throws IOException {
    String version = "<version>0.1.0-SNAPSHOT</version>";
    assertTrue(read("pom.xml").contains(version) && read("README.md").contains(version));
  }

  @Test
  void aReplayHasTenAllocators() throws IOException {
    assertTrue(read("README.md").contains("against ten allocators"));
    assertTrue(read("smalloc4j").contains("against ten allocators"));
    assertEquals(
        Arrays.stream(TargetKind.values())
            .filter(kind -> !kind.label().startsWith("lwjgl-"))
            .limit(10)
            .toList(),
        TargetKind.replayed());
  }

  @Test
  void denialOfNativeAccessLooksAsItSays() throws IOException {
    String source =
        read("allocator-core/src/main/java/org/smalloc4j/internal/raw/NativeAccess.java");
    String said = "smalloc4j needs native access, which this JVM denies";
    assertTrue(source.contains(said) && read("README.md").contains(said));
  }
}
