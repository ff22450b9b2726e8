package org.smalloc4j.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.replay.Mode;
import org.smalloc4j.bench.replay.ReplayJob;
import org.smalloc4j.bench.replay.ReplayJvm;
import org.smalloc4j.bench.report.Table;
import org.smalloc4j.bench.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Replays traces many times in one process and compares late rounds with early ones. */
@Command(
    name = "ageing",
    description = {
      "Replays each trace by one thread many times in one process, in several processes, and tells"
          + " how much longer the last round takes than the third.",
      "A figure is the median over the processes. Before the first round another thread plays the"
          + " trace for 3 seconds, so that the rounds differ by the heap and not by the compiler."
    },
    mixinStandardHelpOptions = true)
final class AgeingCommand implements Callable<Integer> {

  private static final int EARLY = 3;
  private static final int COMPILE_MILLIS = 3_000;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TraceOptions traces = new TraceOptions();

  @Option(
      names = "--allocator",
      paramLabel = "NAME",
      description =
          "An allocator; default: smalloc4j, mimalloc, alt-lists. Repeatable. One of:"
              + " ${COMPLETION-CANDIDATES}.",
      completionCandidates = Allocators.class)
  private List<String> allocators = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds in a process, 4 or more; default: ${DEFAULT-VALUE}.",
      defaultValue = "20")
  private int rounds;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "Processes for each trace and allocator; default: ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private int processes;

  @Override
  public Integer call() throws IOException {
    if (rounds <= EARLY || processes < 1) {
      throw new ParameterException(
          spec.commandLine(), "--rounds must be at least 4 and --processes at least 1");
    }
    List<TargetKind> targets =
        Allocators.chosen(
            spec.commandLine(),
            allocators,
            List.of(TargetKind.SMALLOC4J, TargetKind.MIMALLOC, TargetKind.ALT_LISTS));
    List<TraceInput> inputs = traces.read();
    var jvm = new ReplayJvm(TIMEOUT);
    var rows = new ArrayList<List<String>>();
    int steps = inputs.size() * targets.size() * processes;
    try (var progress = Progress.open("ageing", steps, spec.commandLine().getErr())) {
      for (TraceInput input : inputs) {
        for (TargetKind target : targets) {
          rows.add(row(input, target, measure(jvm, input, target, progress)));
        }
      }
    }
    spec.commandLine()
        .getOut()
        .println(
            TextTable.of(
                new Table(
                    "ns per event by round",
                    List.of("trace, allocator", "round 3", "round " + rounds, "ratio", ""),
                    rows)));
    spec.commandLine().getOut().flush();
    return rows.stream().allMatch(row -> row.getLast().isEmpty()) ? 0 : 1;
  }

  private List<Measurement> measure(
      ReplayJvm jvm, TraceInput input, TargetKind target, Progress progress) throws IOException {
    var job =
        new ReplayJob(
            target, input.file(), Mode.SEQUENTIAL, rounds, Integer.MAX_VALUE, COMPILE_MILLIS);
    var measurements = new ArrayList<Measurement>();
    for (int i = 0; i < processes; i++) {
      progress.begin(input.summary().name() + " " + target.label());
      measurements.add(jvm.run(job, input.summary()));
      progress.end();
    }
    return measurements;
  }

  private List<String> row(TraceInput input, TargetKind target, List<Measurement> measurements) {
    String name = input.summary().name() + ", " + target.label();
    for (Measurement measurement : measurements) {
      if (measurement.failure() != null) {
        return List.of(name, "–", "–", "–", "failed: " + measurement.failure());
      }
      if (roundNanos(measurement).size() < rounds) {
        return List.of(name, "–", "–", "–", "failed: not all rounds within a second each");
      }
    }
    double early = median(measurements, EARLY);
    double late = median(measurements, rounds);
    return Stream.concat(
            Stream.of(name),
            Stream.concat(
                Stream.of(early, late).map(nanos -> String.format(Locale.ROOT, "%.2f", nanos)),
                Stream.of(String.format(Locale.ROOT, "%.2f", late / early), "")))
        .toList();
  }

  /** The times of all rounds, the cold one first. */
  private static List<Long> roundNanos(Measurement measurement) {
    return Stream.of(
            List.of(measurement.coldNanos()), measurement.settlingNanos(), measurement.roundNanos())
        .flatMap(List::stream)
        .toList();
  }

  private static double median(List<Measurement> measurements, int round) {
    double[] sorted =
        measurements.stream()
            .mapToDouble(m -> (double) roundNanos(m).get(round - 1) / m.events())
            .sorted()
            .toArray();
    int middle = sorted.length / 2;
    return IntStream.of((sorted.length - 1) / 2, middle)
        .mapToDouble(i -> sorted[i])
        .average()
        .orElseThrow();
  }
}
