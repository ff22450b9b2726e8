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
import org.smalloc4j.bench.trace.BundledTraces;

/** What a result depends on beside the allocators: machine, software, commit, date, command. */
public record Environment(
    String cpu,
    int cores,
    String kernel,
    String jvm,
    String commit,
    String date,
    List<String> command) {

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
        command);
  }

  /** The same at another time. */
  public Environment at(String otherDate) {
    return new Environment(cpu, cores, kernel, jvm, commit, otherDate, command);
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
    try {
      Process git =
          new ProcessBuilder(command)
              .directory(BundledTraces.codeDirectory().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return git.waitFor() == 0 && !said.isEmpty() ? said : UNKNOWN;
    } catch (IOException e) {
      return UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    }
  }
}
