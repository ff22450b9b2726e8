package org.smalloc4j.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.replay.Mode;
import org.smalloc4j.bench.replay.ReplayJob;
import org.smalloc4j.bench.replay.ReplayJvm;
import org.smalloc4j.bench.report.Comparison;
import org.smalloc4j.bench.report.Environment;
import org.smalloc4j.bench.report.ReplayResults;
import org.smalloc4j.bench.report.ResultFiles;
import org.smalloc4j.bench.report.TextTable;
import org.smalloc4j.bench.trace.TraceSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Replays recorded traces against several allocators and reports time and memory. */
@Command(
    name = "replay",
    description = {
      "Replays allocation traces of real programs against smalloc4j and its peers.",
      "Prints a table per trace, and writes report.html and results.json. Without FILE or --trace"
          + " all bundled traces are replayed."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:all allocators replayed all traces",
      "1:an allocator failed; its row says why",
      "2:the command line or a trace is wrong; nothing was measured"
    })
final class ReplayCommand implements Callable<Integer> {

  private static final int DEFAULT_PASSES = 2;
  private static final int QUICK_ROUNDS = 2;
  private static final int QUICK_EVENTS = 100_000;

  /** Which threads a replay has. */
  enum Threads {
    sequential,
    threaded,
    both;

    List<Mode> modes() {
      return switch (this) {
        case sequential -> List.of(Mode.SEQUENTIAL);
        case threaded -> List.of(Mode.THREADED);
        case both -> List.of(Mode.SEQUENTIAL, Mode.THREADED);
      };
    }
  }

  /** A job and what it is about. */
  private record Planned(ReplayJob job, TraceSummary trace) {}

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private TraceOptions traces = new TraceOptions();

  @Option(
      names = "--allocator",
      paramLabel = "NAME",
      description =
          "An allocator to measure; default: the first ten without lwjgl-*. Repeatable. One of:"
              + " ${COMPLETION-CANDIDATES}.",
      completionCandidates = Allocators.class)
  private List<String> allocators = List.of();

  @Option(
      names = "--mode",
      description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.",
      defaultValue = "both")
  private Threads mode = Threads.both;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Timed rounds per JVM, more for a short trace; default: ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private int rounds;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description =
          "JVMs for each trace, mode and allocator, one after another round robin; default: 1, and"
              + " for allocators near the fastest, and where others disturbed it, 2.")
  private @Nullable Integer processes;

  @Option(
      names = "--quick",
      description = "One JVM each, at most 2 rounds, and the first 100,000 events of each trace.")
  private boolean quick;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Time after which a JVM counts as hung; default: ${DEFAULT-VALUE}.",
      defaultValue = "120")
  private int timeoutSeconds;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where report.html and results.json go; default: ${DEFAULT-VALUE}.",
      defaultValue = "target/replay")
  private Path out = Path.of("target/replay");

  @Override
  public Integer call() throws IOException {
    checkPositive("--rounds", rounds);
    if (processes != null) {
      checkPositive("--processes", processes);
    }
    checkPositive("--timeout", timeoutSeconds);
    List<TargetKind> targets =
        Allocators.chosen(spec.commandLine(), allocators, TargetKind.replayed());
    List<TraceInput> inputs = traces.read();
    List<Planned> plan = plan(inputs, targets);
    Path directory = OutputDirectory.ready(out);
    List<TraceSummary> summaries = inputs.stream().map(TraceInput::summary).toList();
    ReplayResults results = measure(plan, summaries);
    var resultFiles = new ResultFiles(directory);
    resultFiles.write(results);
    PrintWriter stdout = spec.commandLine().getOut();
    print(results, stdout);
    stdout.println("report: " + resultFiles.html());
    stdout.println("data:   " + resultFiles.json());
    stdout.flush();
    return results.anyFailed() ? 1 : 0;
  }

  /** The answer last, where it is seen. */
  static void print(ReplayResults results, PrintWriter stdout) {
    Comparison.of(results).forEach(table -> stdout.println(TextTable.of(table.table())));
    results.conclusion().print(stdout);
  }

  private void checkPositive(String option, int value) {
    if (value < 1) {
      throw usage(option + " must be at least 1, is " + value);
    }
  }

  /** One job per trace, mode and allocator; a trace of one thread is replayed sequentially only. */
  private List<Planned> plan(List<TraceInput> inputs, List<TargetKind> targets) {
    var plan = new ArrayList<Planned>();
    for (TraceInput input : inputs) {
      for (Mode each : mode.modes()) {
        if (each == Mode.THREADED && input.summary().threads() == 1 && mode == Threads.both) {
          continue;
        }
        for (TargetKind target : targets) {
          if (each == Mode.THREADED && target.isForOneThread() && mode == Threads.both) {
            continue;
          }
          var job =
              new ReplayJob(
                  target,
                  input.file(),
                  each,
                  quick ? Math.min(rounds, QUICK_ROUNDS) : rounds,
                  quick ? QUICK_EVENTS : Integer.MAX_VALUE,
                  0);
          plan.add(new Planned(job, input.summary()));
        }
      }
    }
    return plan;
  }

  /**
   * Each job once, then each once more, in the opposite order, and so on: what disturbs the machine
   * for a minute falls on one process of several allocators, not on all of one's. Unless told
   * otherwise, only what is {@linkplain ReplayResults#worthRepeating worth it} is measured again.
   */
  private ReplayResults measure(List<Planned> plan, List<TraceSummary> traces) throws IOException {
    Environment environment = Environment.now(Main.commandOf(spec));
    int passes = quick ? 1 : Objects.requireNonNullElse(processes, DEFAULT_PASSES);
    var jvm = new ReplayJvm(Duration.ofSeconds(timeoutSeconds));
    List<List<Measurement>> measurements =
        plan.stream().<List<Measurement>>map(planned -> new ArrayList<>()).toList();
    var chosen = new ArrayList<>(plan);
    PrintWriter err = spec.commandLine().getErr();
    try (var progress = Progress.open("replay", passes * plan.size(), err)) {
      for (int pass = 0; pass < passes; pass++) {
        if (pass == 1 && processes == null) {
          List<Measurement> first = together(measurements);
          List<Measurement> again = new ReplayResults(environment, traces, first).worthRepeating();
          chosen.removeIf(planned -> !again.contains(first.get(plan.indexOf(planned))));
          progress.setSteps(plan.size() + (passes - 1) * chosen.size());
        }
        for (Planned planned : pass % 2 == 0 ? chosen : chosen.reversed()) {
          ReplayJob job = planned.job;
          progress.begin(
              planned.trace.name() + " " + job.mode().label() + " " + job.target().label());
          measurements.get(plan.indexOf(planned)).add(jvm.run(job, planned.trace));
          progress.end();
        }
      }
    }
    return new ReplayResults(environment, traces, together(measurements));
  }

  private static List<Measurement> together(List<List<Measurement>> measurements) {
    return measurements.stream().map(Measurement::together).toList();
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
