package org.smalloc4j.bench.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Counts what a process asks the system for memory, with {@code strace}, between two marks that it
 * makes itself: questions for files that do not exist.
 */
public final class SystemCalls {

  private static final String BEGIN = "/smalloc4j-bench/begin";
  private static final String END = "/smalloc4j-bench/end";
  private static final Pattern CALL =
      Pattern.compile("^(\\d+ +)?(mmap|munmap|mremap|madvise|mprotect|brk)\\(");

  private SystemCalls() {}

  /** Whether there is {@code strace}. */
  public static boolean canBeCounted() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "strace")));
  }

  /** What stands before a command so that its calls are written to {@code log}. */
  public static List<String> tracer(Path log) {
    return List.of(
        "strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=%memory,%file", "-o", log.toString());
  }

  /** Says that from now on calls count. */
  public static void begin() {
    mark(BEGIN);
  }

  /** Says that calls count no longer. */
  public static void end() {
    mark(END);
  }

  private static void mark(String name) {
    if (Files.exists(Path.of(name))) {
      throw new IllegalStateException(name + " exists");
    }
  }

  /**
   * The calls between the marks.
   *
   * @throws IOException if the marks are not both there
   */
  public static long count(Path log) throws IOException {
    long calls = 0;
    boolean counted = false;
    for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
      if (line.contains(END)) {
        return calls;
      }
      counted |= line.contains(BEGIN);
      if (counted && CALL.matcher(line).find()) {
        calls++;
      }
    }
    throw new IOException("no marks in " + log);
  }
}
