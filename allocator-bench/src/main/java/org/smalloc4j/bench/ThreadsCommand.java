package org.smalloc4j.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.smalloc4j.bench.allocator.InstalledLibrary;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.report.TextTable;
import org.smalloc4j.bench.threads.ThreadsJvm;
import org.smalloc4j.bench.threads.ThreadsReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how allocators do with more and more live threads. */
@Command(
    name = "threads",
    description = {
      "Tells what a replacement (a free and a malloc of 16 to 1,023 bytes) takes with 1, 2, 4 …"
          + " live threads which all allocate, platform and virtual ones, and for one thread that"
          + " comes when 64 others have each allocated and live on.",
      "A JVM for each allocator, kind of threads and round, by turns. Prints tables and writes"
          + " charts, threads-platform.svg and threads-virtual.svg."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:all was measured", "1:a JVM failed", "2:usage"})
final class ThreadsCommand implements Callable<Integer> {

  private static final int MOST_THREADS = 1024;

  private static final List<TargetKind> BY_DEFAULT =
      List.of(
          TargetKind.SMALLOC4J,
          TargetKind.SMALLOC4J_SHARED,
          TargetKind.GLIBC_CRITICAL,
          TargetKind.MIMALLOC,
          TargetKind.JEMALLOC);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--allocator",
      paramLabel = "NAME",
      description =
          "An allocator to measure; default: smalloc4j, its shared words alone, glibc, mimalloc,"
              + " jemalloc and that of --other. Repeatable.",
      completionCandidates = Allocators.class)
  private List<String> allocators = List.of();

  @Option(
      names = "--other",
      paramLabel = "FILE,PREFIX",
      description = "A shared library to measure as \"other\", as in bench.")
  private String other = "";

  @Option(
      names = "--most",
      paramLabel = "N",
      description = "The most threads, 1 to 1024; default: ${DEFAULT-VALUE}.",
      defaultValue = "256")
  private int most;

  @Option(
      names = "--millis",
      paramLabel = "N",
      description = "How long each figure is measured; default: ${DEFAULT-VALUE}.",
      defaultValue = "400")
  private int millis;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "JVMs for each allocator and kind; default: ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private int rounds;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the charts go; default: ${DEFAULT-VALUE}.",
      defaultValue = "target/threads")
  private Path out = Path.of("target/threads");

  @Override
  public Integer call() throws IOException {
    if (most < 1 || most > MOST_THREADS || millis < 1 || rounds < 1) {
      throw usage("--most must be 1 to " + MOST_THREADS + ", --millis and --rounds at least 1");
    }
    List<TargetKind> targets = targets();
    Path directory = OutputDirectory.ready(out);
    var platform = new LinkedHashMap<String, List<ThreadsJvm.Result>>();
    var virtual = new LinkedHashMap<String, List<ThreadsJvm.Result>>();
    measure(targets, platform, virtual);
    PrintWriter stdout = spec.commandLine().getOut();
    for (var report :
        List.of(
            new ThreadsReport("platform", most, platform),
            new ThreadsReport("virtual", most, virtual))) {
      report.tables().forEach(table -> stdout.println(TextTable.of(table)));
      Path chart = directory.resolve("threads-" + report.kind() + ".svg");
      Files.writeString(chart, report.chart());
      stdout.println("chart: " + chart);
      stdout.println();
    }
    stdout.flush();
    return Stream.of(platform, virtual)
            .flatMap(results -> results.values().stream().flatMap(List::stream))
            .allMatch(result -> result.failure() == null)
        ? 0
        : 1;
  }

  private List<TargetKind> targets() {
    var byDefault = new ArrayList<>(BY_DEFAULT);
    if (!other.isEmpty()) {
      try {
        InstalledLibrary.parse(other).choose();
      } catch (IllegalArgumentException e) {
        throw usage("--other: " + e.getMessage());
      }
      byDefault.add(TargetKind.OTHER);
    }
    List<TargetKind> chosen = Allocators.chosen(spec.commandLine(), allocators, byDefault);
    for (TargetKind target : chosen) {
      if (target.isForOneThread()) {
        throw usage("\"" + target.label() + "\" is for one thread");
      }
    }
    return chosen;
  }

  private void measure(
      List<TargetKind> targets,
      Map<String, List<ThreadsJvm.Result>> platform,
      Map<String, List<ThreadsJvm.Result>> virtual)
      throws IOException {
    var jvm = new ThreadsJvm();
    int steps = 2 * rounds * targets.size();
    try (var progress = Progress.open("threads", steps, spec.commandLine().getErr())) {
      for (int round = 0; round < rounds; round++) {
        for (TargetKind target : targets) {
          for (boolean isVirtual : new boolean[] {false, true}) {
            progress.begin(target.label() + (isVirtual ? ", virtual" : ", platform"));
            (isVirtual ? virtual : platform)
                .computeIfAbsent(target.label(), _ -> new ArrayList<>())
                .add(jvm.run(target, isVirtual, most, millis));
            progress.end();
          }
        }
      }
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
