package org.smalloc4j.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a main class in a JVM of its own, which may crash or hang: the same Java and class path as
 * this one, and the collector with the least memory of its own.
 */
public final class ChildJvm {

  private static final String RESULT = "result.json";
  private static final String OUTPUT = "output.txt";
  private static final int SIGNAL_BASE = 128;

  private final Duration timeout;

  public ChildJvm(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * What a JVM is started with.
   *
   * @param launcher words before those that start the JVM; none if it is started as it is
   */
  public record Command(
      List<String> launcher,
      String classPath,
      List<String> options,
      Class<?> main,
      List<String> args) {
    /** With this JVM's class path, and a Java heap of so many MiB that is resident at once. */
    public static Command withHeap(
        long mebibytes, List<String> options, Class<?> main, List<String> args) {
      var all =
          new ArrayList<>(
              List.of("-Xms" + mebibytes + "m", "-Xmx" + mebibytes + "m", "-XX:+AlwaysPreTouch"));
      all.addAll(options);
      return new Command(List.of(), System.getProperty("java.class.path"), all, main, args);
    }
  }

  /** How a result is read, and what stands for one that did not come about. */
  public interface Results<T> {
    T read(Path file) throws IOException;

    T failed(String why);
  }

  /**
   * Runs it to its end. The file that it is to write its result to is its last argument; if there
   * is none in the end, the failure says why.
   */
  public <T> T run(Command command, Results<T> results) throws IOException {
    Path directory = Directories.temporary("smalloc4j-jvm-");
    try {
      Path result = directory.resolve(RESULT);
      String failure = await(start(command, directory));
      if (Files.exists(result)) {
        return results.read(result);
      }
      return results.failed(failure + complaint(directory.resolve(OUTPUT)));
    } finally {
      Directories.delete(directory);
    }
  }

  private Process start(Command command, Path directory) throws IOException {
    var words = new ArrayList<>(command.launcher);
    words.add(java().toString());
    words.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:MaxDirectMemorySize=64g",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + directory.resolve("hs_err.log")));
    words.addAll(command.options);
    words.addAll(List.of("-cp", command.classPath, command.main.getName()));
    words.addAll(command.args);
    words.add(directory.resolve(RESULT).toString());
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(OUTPUT).toFile())
            .start();
    process.getOutputStream().close();
    return process;
  }

  /** The launcher of this JVM. */
  public static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** Returns what to say should there be no result. */
  private String await(Process process) throws IOException {
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
        return "no end after " + timeout.toMillis() / 1e3 + " s";
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IOException("interrupted", e);
    }
    int status = process.exitValue();
    return status > SIGNAL_BASE
        ? "the JVM died of signal " + (status - SIGNAL_BASE)
        : "the JVM ended with status " + status;
  }

  /** The line that says most: the signal of a crash, else the first that is no mere warning. */
  private static String complaint(Path output) throws IOException {
    List<String> lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
    return Stream.concat(
            lines.stream().filter(line -> line.startsWith("#  SIG")),
            lines.stream().filter(line -> !line.matches("(#|WARNING:|\\s*$).*")))
        .findFirst()
        .map(line -> ": " + line.replaceFirst("^#\\s*", ""))
        .orElse("");
  }
}
