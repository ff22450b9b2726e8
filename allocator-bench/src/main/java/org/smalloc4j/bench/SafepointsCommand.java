package org.smalloc4j.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.smalloc4j.bench.pause.StopCause;
import org.smalloc4j.bench.pause.StopJvm;
import org.smalloc4j.bench.report.Table;
import org.smalloc4j.bench.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures how long other threads are stopped while large blocks are copied and zeroed. */
@Command(
    name = "safepoints",
    description = {
      "Tells the longest stop of a thread, in ms, while every 20 ms a thread dump or a collection"
          + " stops all of them: without work, while blocks are grown by realloc, and while blocks"
          + " that were in use before are allocated by calloc.",
      "A JVM for each collector and cause. Takes as much memory as three of the largest blocks."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:all was measured", "1:a JVM failed", "2:usage"})
final class SafepointsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--collector",
      paramLabel = "NAME",
      description = "A collector; default: all. Repeatable. One of: ${COMPLETION-CANDIDATES}.")
  private List<StopJvm.Collector> collectors = List.of(StopJvm.Collector.values());

  @Option(
      names = "--size",
      paramLabel = "MIB",
      description = "A size in MiB, 1 to 1024; default: 64, 256, 768. Repeatable.")
  private List<Integer> mebibytes = List.of(64, 256, 768);

  @Option(
      names = "--millis",
      paramLabel = "N",
      description = "How long each figure is looked for, at least; default: ${DEFAULT-VALUE}.",
      defaultValue = "3000")
  private int millis;

  @Override
  public Integer call() throws IOException {
    if (millis < 1 || mebibytes.stream().anyMatch(size -> size < 1 || size > 1024)) {
      throw new ParameterException(
          spec.commandLine(), "--millis must be at least 1 and --size 1 to 1024");
    }
    var jvm = new StopJvm();
    var rows = new ArrayList<List<String>>();
    int steps = collectors.size() * StopCause.values().length;
    try (var progress = Progress.open("safepoints", steps, spec.commandLine().getErr())) {
      for (StopJvm.Collector collector : collectors) {
        for (StopCause cause : StopCause.values()) {
          String name = collector.name().toLowerCase(Locale.ROOT) + ", " + cause.label();
          progress.begin(name);
          rows.add(row(name, jvm.run(collector, cause, millis, mebibytes)));
          progress.end();
        }
      }
    }
    spec.commandLine()
        .getOut()
        .println(TextTable.of(new Table("longest stop, ms", headings(), rows)));
    spec.commandLine().getOut().flush();
    return rows.stream().allMatch(row -> row.getLast().isEmpty()) ? 0 : 1;
  }

  private List<String> headings() {
    var headings = new ArrayList<>(List.of("collector, cause", "idle"));
    for (String call : List.of("realloc", "calloc")) {
      mebibytes.forEach(size -> headings.add(call + " " + size + " MiB"));
    }
    headings.add("");
    return headings;
  }

  private List<String> row(String name, StopJvm.Result result) {
    var row = new ArrayList<>(List.of(name));
    for (int i = 0; i < 1 + 2 * mebibytes.size(); i++) {
      row.add(
          result.failure() == null
              ? String.format(Locale.ROOT, "%.1f", result.millis().get(i))
              : "–");
    }
    row.add(result.failure() == null ? "" : "failed: " + result.failure());
    return row;
  }
}
