package org.smalloc4j.bench.replay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.trace.TraceSummary;

/**
 * Runs a job in a JVM of its own: the same Java, the same class path, a heap of fixed size, the
 * same for all allocators, that is resident from the start, and the collector with the least memory
 * of its own.
 */
public final class ReplayJvm {

  private static final String RESULT = "result.json";
  private static final String OUTPUT = "output.txt";
  private static final int SIGNAL_BASE = 128;
  private static final long HEAP_BASE_MEGABYTES = 128;

  /** The decoded trace, its scripts, and an object per live block. */
  private static final long HEAP_BYTES_PER_EVENT = 200;

  private final Duration timeout;
  private volatile @Nullable Process running;

  public ReplayJvm(Duration timeout) {
    this.timeout = timeout;
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  /** Runs the job to its end; what goes wrong in the JVM becomes a failed measurement. */
  public Measurement run(ReplayJob job, TraceSummary trace) throws IOException {
    Path directory = Files.createTempDirectory("smalloc4j-replay-");
    try {
      Path result = directory.resolve(RESULT);
      Path output = directory.resolve(OUTPUT);
      String failure = await(start(job, trace, directory));
      if (Files.exists(result)) {
        return MeasurementFile.read(result);
      }
      String said = failure + complaint(output);
      return Measurement.failed(job.target().label(), trace.name(), job.mode().label(), null, said);
    } finally {
      deleteAll(directory);
    }
  }

  private Process start(ReplayJob job, TraceSummary trace, Path directory) throws IOException {
    long heap = HEAP_BASE_MEGABYTES + ((trace.events() * HEAP_BYTES_PER_EVENT) >> 20);
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Xms" + heap + "m",
            "-Xmx" + heap + "m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:MaxDirectMemorySize=64g",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + directory.resolve("hs_err.log")));
    command.addAll(job.target().jvmOptions());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ReplayProcess.class.getName());
    command.addAll(job.toArguments());
    command.add(directory.resolve(RESULT).toString());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(OUTPUT).toFile())
            .start();
    running = process;
    process.getOutputStream().close();
    return process;
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

  private static void deleteAll(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void kill() {
    Process process = running;
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
