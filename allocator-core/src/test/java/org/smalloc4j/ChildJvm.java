package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.platform.commons.JUnitException;
import org.opentest4j.AssertionFailedError;

/**
 * A JVM of the same JDK that runs one program of {@link ChildPrograms}, of a like enum, or another
 * main class of the tests, on the module path if these tests are on it, else on the class path.
 * Native access is enabled, assertions are on.
 */
public final class ChildJvm {
  /** Far more than any program takes, also where the machine has other things to do. */
  private static final long MOST_SECONDS = 900;

  private static final String ENABLED =
      Smalloc.class.getModule().isNamed() ? Smalloc.class.getModule().getName() : "ALL-UNNAMED";

  private final List<String> command = new ArrayList<>();
  private final List<String> jvmOptions = new ArrayList<>();
  private final Path directory;
  private String nativeAccess = "--enable-native-access=" + ENABLED;

  /** Creates a JVM whose output goes to files in {@code directory}. */
  public ChildJvm(Path directory) {
    this.directory = directory;
  }

  /** How a JVM ended, and what it printed. */
  public record Result(int exitStatus, String output, String errors) {

    /** Fails unless the exit status was 0 and nothing was written to the standard error. */
    public Result succeeded() {
      assertEquals("", errors, "standard error");
      assertEquals(0, exitStatus, output);
      return this;
    }
  }

  /** Adds options of the JVM. */
  public ChildJvm options(String... options) {
    jvmOptions.addAll(List.of(options));
    return this;
  }

  /** Bounds the address space of the process, as {@code ulimit -v} does. */
  ChildJvm addressSpace(long byteSize) {
    return limit("-v", byteSize);
  }

  /** Bounds the data segment of the process, as {@code ulimit -d} does. */
  ChildJvm dataSegment(long byteSize) {
    return limit("-d", byteSize);
  }

  /** Bounds the length of the files that the process writes, as {@code ulimit -f} does. */
  public ChildJvm fileSize(long byteSize) {
    return limit("-f", byteSize);
  }

  private ChildJvm limit(String option, long byteSize) {
    String limit = "ulimit " + option + " " + byteSize / 1024 + "; exec \"$@\"";
    command.addAll(List.of("bash", "-c", limit, "bash"));
    return this;
  }

  /** Denies native access to the library. */
  ChildJvm nativeAccessDenied() {
    nativeAccess = "--illegal-native-access=deny";
    return this;
  }

  /** Runs a program to its end. */
  Result run(Enum<?> program) throws IOException, InterruptedException {
    return run(program.getDeclaringClass(), program.name());
  }

  /** Runs a main class to its end. */
  public Result run(Class<?> main, String... arguments) throws IOException, InterruptedException {
    return run(nativeAccess, paths(main.getName()), arguments);
  }

  /** Runs a main class that uses JUnit's assertions, on the class path, to its end. */
  Result runWithAssertions(Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    String classPath =
        Stream.of(
                Smalloc.class,
                main,
                Assertions.class,
                AssertionFailedError.class,
                JUnitException.class)
            .map(type -> directoryOf(type).toString())
            .distinct()
            .collect(Collectors.joining(System.getProperty("path.separator")));
    List<String> paths = List.of("-cp", classPath, main.getName());
    return run("--enable-native-access=ALL-UNNAMED", paths, arguments);
  }

  /** Returns what starts a JVM with a main class. */
  public ProcessBuilder process(Class<?> main, String... arguments) {
    return process(nativeAccess, paths(main.getName()), arguments);
  }

  private ProcessBuilder process(String access, List<String> pathsAndMain, String... arguments) {
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-ea");
    command.add(access);
    command.addAll(pathsAndMain);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    return builder;
  }

  private Result run(String access, List<String> pathsAndMain, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder = process(access, pathsAndMain, arguments);
    Path output = directory.resolve("output");
    Path errors = directory.resolve("errors");
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS), () -> "hangs: " + command);
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(output), Files.readString(errors));
  }

  /** Returns the directory or jar of the core. */
  static Path core() {
    return directoryOf(Smalloc.class);
  }

  private static List<String> paths(String main) {
    String classes = directoryOf(Smalloc.class).toString();
    String tests = directoryOf(ChildPrograms.class).toString();
    Module module = Smalloc.class.getModule();
    if (!module.isNamed()) {
      String classPath = classes + System.getProperty("path.separator") + tests;
      return List.of("-cp", classPath, main);
    }
    String name = module.getName();
    return List.of(
        "--module-path=" + classes,
        "--patch-module=" + name + "=" + tests,
        "--module=" + name + "/" + main);
  }

  /** Returns the directory or jar that a class comes from; a patched module has several. */
  private static Path directoryOf(Class<?> type) {
    String file = "/" + type.getName().replace('.', '/') + ".class";
    String url = String.valueOf(type.getResource(file));
    String directory = url.substring(0, url.length() - file.length());
    boolean jar = directory.startsWith("jar:") && directory.endsWith("!");
    return Path.of(URI.create(jar ? directory.substring(4, directory.length() - 1) : directory));
  }
}
