package org.smalloc4j.bench.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompilerThreadsTest {

  @Test
  void oneThatRunsOrWaitsForACpuIsAtWork() {
    assertTrue(CompilerThreads.isCompilerAtWork("7 (C2 CompilerThre) R 1 7 7 0 -1\n"));
    assertTrue(CompilerThreads.isCompilerAtWork("12 (C1 CompilerThre) R 1 7 7 0 -1\n"));
  }

  @Test
  void oneThatWaitsForAMethodIsNot() {
    assertFalse(CompilerThreads.isCompilerAtWork("7 (C2 CompilerThre) S 1 7 7 0 -1\n"));
  }

  @Test
  void otherThreadsAreNoCompilers() {
    assertFalse(CompilerThreads.isCompilerAtWork("7 (main) R 1 7 7 0 -1\n"));
    assertFalse(CompilerThreads.isCompilerAtWork("7 (x) (C2 CompilerThre) R 1\n"));
    assertFalse(CompilerThreads.isCompilerAtWork(""));
  }

  /** The names are HotSpot's own. */
  @Test
  void thisMachineHasThemUnderTheseNames() throws IOException {
    var names = new TreeSet<String>();
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      for (Path thread : threads.toList()) {
        names.add(name(thread));
      }
    }
    assertEquals(
        List.of("C1 CompilerThre", "C2 CompilerThre"),
        names.stream().filter(name -> name.contains("Compiler")).toList());
  }

  /** A thread that has ended meanwhile has none. */
  private static String name(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
