package org.smalloc4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.process.Directories;
import org.smalloc4j.bench.process.JarClassPath;
import org.smalloc4j.bench.replay.FirstEvents;
import org.smalloc4j.bench.report.Table;
import org.smalloc4j.bench.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the first million events of traces in fresh JVMs. */
@Command(
    name = "warmup",
    description = {
      "Tells how long a fresh JVM takes for the first million events of a trace, in ms by rounds of"
          + " 50,000, with and without an ahead-of-time cache that a run of the same program made:"
          + " medians of several JVMs, one of each allocator in turn. A trace that is shorter is"
          + " played again. Sum: of all 20 rounds. Ratio: of it to mimalloc's.",
      "Reading and writing the blocks is part of it, the same for all allocators, and begins as"
          + " cold as they."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:all was measured", "1:an allocator failed", "2:usage"})
final class WarmupCommand implements Callable<Integer> {

  private static final List<Integer> SHOWN = List.of(1, 2, 3, 5, 10, 20);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TraceOptions traces = new TraceOptions();

  @Option(
      names = "--allocator",
      paramLabel = "NAME",
      description =
          "An allocator; default: those of replay without arena. Repeatable. One of:"
              + " ${COMPLETION-CANDIDATES}.",
      completionCandidates = Allocators.class)
  private List<String> allocators = List.of();

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "JVMs for each, 1 or more; default: ${DEFAULT-VALUE}.",
      defaultValue = "5")
  private int processes;

  private boolean anyFailed;

  @Override
  public Integer call() throws IOException {
    if (processes < 1) {
      throw new ParameterException(
          spec.commandLine(), "--processes must be at least 1, is " + processes);
    }
    List<TargetKind> byDefault =
        TargetKind.replayed().stream().filter(target -> !target.isSlow()).toList();
    List<TargetKind> targets = Allocators.chosen(spec.commandLine(), allocators, byDefault);
    List<TraceInput> inputs = traces.read();
    int steps = inputs.size() * targets.size() * (2 * processes + 1);
    Path directory = Directories.temporary("smalloc4j-warmup-");
    try (var progress = Progress.open("warmup", steps, spec.commandLine().getErr())) {
      String classPath = JarClassPath.writeTo(directory);
      for (TraceInput input : inputs) {
        var events = new FirstEvents(input.file(), input.summary(), classPath);
        String name = input.summary().name();
        print(name + ", no AOT cache", targets, progress, events::run);
        for (TargetKind target : targets) {
          progress.begin(name + " " + target.label() + ", AOT cache");
          events.train(target, cache(directory, target));
          progress.end();
        }
        print(
            name + ", AOT cache",
            targets,
            progress,
            target -> events.run(target, cache(directory, target)));
        for (TargetKind target : targets) {
          Files.deleteIfExists(cache(directory, target));
        }
      }
    } finally {
      Directories.delete(directory);
    }
    return anyFailed ? 1 : 0;
  }

  private static Path cache(Path directory, TargetKind target) {
    return directory.resolve(target.name() + ".aot");
  }

  /** Runs one JVM. */
  private interface Run {
    FirstEvents.Curve of(TargetKind target) throws IOException;
  }

  private void print(String name, List<TargetKind> targets, Progress progress, Run run)
      throws IOException {
    var curves = new LinkedHashMap<TargetKind, List<FirstEvents.Curve>>();
    for (int i = 0; i < processes; i++) {
      for (TargetKind target : targets) {
        progress.begin(name + " " + target.label());
        curves.computeIfAbsent(target, _ -> new ArrayList<>()).add(run.of(target));
        progress.end();
      }
    }
    var headings = new ArrayList<>(List.of(""));
    SHOWN.forEach(round -> headings.add("round " + round));
    headings.addAll(List.of("sum", "ratio", ""));
    Double mimalloc = sum(curves.get(TargetKind.MIMALLOC));
    List<List<String>> rows =
        curves.entrySet().stream()
            .map(entry -> row(entry.getKey().label(), entry.getValue(), mimalloc))
            .toList();
    spec.commandLine().getOut().println(TextTable.of(new Table(name + ", ms", headings, rows)));
    spec.commandLine().getOut().flush();
  }

  private List<String> row(
      String label, List<FirstEvents.Curve> curves, @Nullable Double mimalloc) {
    var row = new ArrayList<>(List.of(label));
    Double sum = sum(curves);
    for (int round : SHOWN) {
      row.add(sum == null ? "–" : figure("%.1f", median(curves, round - 1, round)));
    }
    row.add(sum == null ? "–" : figure("%.1f", sum));
    row.add(sum == null || mimalloc == null ? "–" : figure("%.2f", sum / mimalloc));
    String failure = failure(curves);
    anyFailed |= failure != null;
    row.add(failure == null ? "" : "failed: " + failure);
    return row;
  }

  private static @Nullable String failure(List<FirstEvents.Curve> curves) {
    for (FirstEvents.Curve curve : curves) {
      if (curve.failure() != null) {
        return curve.failure();
      }
    }
    return null;
  }

  private static @Nullable Double sum(@Nullable List<FirstEvents.Curve> curves) {
    return curves == null || failure(curves) != null ? null : median(curves, 0, FirstEvents.ROUNDS);
  }

  /** The median over the JVMs, in ms, of what some rounds took together. */
  private static double median(List<FirstEvents.Curve> curves, int from, int to) {
    long[] sorted =
        curves.stream()
            .mapToLong(c -> c.nanos().subList(from, to).stream().mapToLong(Long::longValue).sum())
            .sorted()
            .toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2e6;
  }

  private static String figure(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
