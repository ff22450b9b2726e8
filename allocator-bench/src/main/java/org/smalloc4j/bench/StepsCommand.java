package org.smalloc4j.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.process.Directories;
import org.smalloc4j.bench.process.SteppedClasses;
import org.smalloc4j.bench.replay.Mode;
import org.smalloc4j.bench.replay.StepFigures;
import org.smalloc4j.bench.replay.StepsJvm;
import org.smalloc4j.bench.report.Table;
import org.smalloc4j.bench.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Counts what single calls of smalloc4j do. */
@Command(
    name = "steps",
    description = {
      "Replays traces against smalloc4j and counts the steps of each single call: accesses to"
          + " off-heap memory and to words that threads share, and rounds of loops. No clock, so no"
          + " noise: the shipped classes with a counter before each step. Copying bytes is a step"
          + " for each MiB, clearing them two for each 4 KiB.",
      "Tells how many a call takes in the middle, how many 99.99 %% of the calls do not exceed, and"
          + " the largest of all, the rounds' last frees included."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:all was counted", "1:a JVM failed", "2:usage"})
final class StepsCommand implements Callable<Integer> {

  private static final List<String> CALLS = List.of("malloc", "realloc", "free");

  private static final List<String> HEADINGS =
      List.of("trace, call", "calls", "median", "99.99 %", "largest", "");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TraceOptions traces = new TraceOptions();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each trace is played, 1 or more; default: ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private int rounds;

  @Override
  public Integer call() throws IOException {
    if (rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds must be at least 1, is " + rounds);
    }
    List<TraceInput> inputs = traces.read();
    var rows = new ArrayList<List<String>>();
    Path directory = Directories.temporary("smalloc4j-steps-");
    try (var progress = Progress.open("steps", inputs.size(), spec.commandLine().getErr())) {
      SteppedClasses.writeTo(directory);
      var jvm = new StepsJvm(directory);
      for (TraceInput input : inputs) {
        progress.begin(input.summary().name());
        for (Mode mode : modes(input)) {
          var result = jvm.run(TargetKind.SMALLOC4J, input.file(), input.summary(), mode, rounds);
          rows.addAll(rows(input.summary().name() + " " + mode.label(), result));
        }
        progress.end();
      }
    } finally {
      Directories.delete(directory);
    }
    spec.commandLine()
        .getOut()
        .println(TextTable.of(new Table("steps of a call, smalloc4j", HEADINGS, rows)));
    spec.commandLine().getOut().flush();
    return rows.stream().allMatch(row -> row.getLast().isEmpty()) ? 0 : 1;
  }

  private static List<Mode> modes(TraceInput input) {
    return input.summary().threads() == 1
        ? List.of(Mode.SEQUENTIAL)
        : List.of(Mode.SEQUENTIAL, Mode.THREADED);
  }

  private static List<List<String>> rows(String name, StepsJvm.Result result) {
    if (result.failure() != null) {
      return List.of(List.of(name, "–", "–", "–", "–", "failed: " + result.failure()));
    }
    var rows = new ArrayList<List<String>>();
    for (int i = 0; i < CALLS.size(); i++) {
      StepFigures figures = result.figures().get(i);
      if (figures.calls() > 0) {
        rows.add(
            List.of(
                name + ", " + CALLS.get(i),
                grouped(figures.calls()),
                grouped(figures.median()),
                grouped(figures.rare()),
                grouped(figures.largest()),
                ""));
      }
    }
    return rows;
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
