package org.smalloc4j.bench.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether the JIT compiler is at work, as the kernel sees its threads: one that runs, or would if
 * it were given a CPU.
 *
 * <p>{@link java.lang.management.CompilationMXBean} counts a compilation when it has ended. One
 * that others keep from the CPUs lasts for many rounds, in which the bean calls it quiet.
 */
public final class CompilerThreads {

  private static final Path THREADS = Path.of("/proc/self/task");

  private CompilerThreads() {}

  /** Whether any is at work now; false where the system does not tell. */
  public static boolean areAtWork() {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        if (isCompilerAtWork(stat(thread))) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false;
    }
  }

  /**
   * Of a thread's line: its number, its name in parentheses, of which 15 bytes are kept, its state.
   */
  static boolean isCompilerAtWork(String stat) {
    return stat.matches("(?s)\\d+ \\(C[12] CompilerThre\\) R .*");
  }

  /** A thread that has ended meanwhile has none. */
  private static String stat(Path thread) {
    try {
      return Files.readString(thread.resolve("stat"));
    } catch (IOException e) {
      return "";
    }
  }
}
