package org.smalloc4j.bench.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.trace.BundledTraces;

/**
 * What a result depends on beside the allocators: machine, software, commit, date, command.
 *
 * @param compiler the C compiler, {@link #NO_COMPILER}, or null in results of earlier versions
 */
public record Environment(
    String cpu,
    int cores,
    String kernel,
    String jvm,
    String commit,
    String date,
    List<String> command,
    @Nullable String compiler) {

  /** Stands for the C compiler where there is none. */
  public static final String NO_COMPILER = "none";

  private static final String UNKNOWN = "unknown";

  /** Of this machine and process, now. */
  public static Environment now(List<String> command) {
    return new Environment(
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        commitOfCode(),
        ZonedDateTime.now(ZoneId.systemDefault())
            .truncatedTo(ChronoUnit.SECONDS)
            .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME),
        command,
        firstLineOf(List.of("cc", "--version")).orElse(NO_COMPILER));
  }

  /** The same at another time. */
  public Environment at(String otherDate) {
    return new Environment(cpu, cores, kernel, jvm, commit, otherDate, command, compiler);
  }

  private static String cpuModel() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(() -> System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  /** The commit checked out where the classes were loaded from, "-dirty" if it was changed. */
  private static String commitOfCode() {
    var command = List.of("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*");
    return firstLineOf(command).orElse(UNKNOWN);
  }

  /** What a command prints first; empty if there is no such command, or it fails. */
  private static Optional<String> firstLineOf(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(BundledTraces.codeDirectory().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? said.lines().findFirst() : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
