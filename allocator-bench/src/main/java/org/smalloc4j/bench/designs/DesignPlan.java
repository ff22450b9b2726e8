package org.smalloc4j.bench.designs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.replay.Mode;
import org.smalloc4j.bench.replay.ReplayJob;
import org.smalloc4j.bench.replay.ReplayJvm;
import org.smalloc4j.bench.report.Environment;
import org.smalloc4j.bench.trace.BundledTraces;
import org.smalloc4j.bench.trace.TraceReader;
import org.smalloc4j.bench.trace.TraceSummary;

/**
 * The measurements of a run, each in a JVM of its own. Designs take turns at each task, and the
 * whole is gone through several times: what disturbs the machine for a while hits all of them.
 */
public final class DesignPlan {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final double NANOS_PER_SECOND = 1e9;

  /** Recorded programs by name: large and aligned, small and often zeroed, mostly freed at exit. */
  private static final List<String> PROGRAMS = List.of("ffmpeg", "gcc", "sqlite");

  private static final String PROGRAM_PREFIX = Task.PROGRAM.label() + "-";

  /** Measures one thing. */
  private interface Measuring {
    Findings measure() throws IOException;
  }

  /**
   * One measurement.
   *
   * @param task as in an {@link Answer}
   * @param subject as in an {@link Answer}
   */
  public record Step(String task, String subject) {}

  /**
   * What the command line says.
   *
   * @param rounds JVMs for each task and design
   * @param seconds of a measurement
   * @param threads the most threads
   * @param events of a recorded program at most
   */
  public record Settings(
      List<Design> designs,
      List<Task> tasks,
      int rounds,
      double seconds,
      int threads,
      int events) {}

  private final Settings settings;
  private final Answers answers = new Answers();
  private final DesignJvm jvm = new DesignJvm(TIMEOUT);
  private final ReplayJvm replayJvm = new ReplayJvm(TIMEOUT);
  private final Map<Step, Measuring> once = new LinkedHashMap<>();
  private final List<Step> steps = new ArrayList<>();

  /** Reads the programs that are to be replayed, if any. */
  public DesignPlan(Settings settings) throws IOException {
    this.settings = settings;
    for (Task task : settings.tasks) {
      switch (task) {
        case PROGRAM -> addPrograms();
        case BATCHES -> Arrays.stream(Batches.values()).forEach(this::add);
        default -> settings.designs.forEach(design -> add(task, design));
      }
    }
    List<Step> round = List.copyOf(once.keySet());
    for (int i = 1; i <= settings.rounds; i++) {
      boolean first = i == 1;
      steps.addAll(
          round.stream().filter(step -> first || !step.task.startsWith(PROGRAM_PREFIX)).toList());
    }
  }

  private void add(Task task, Design design) {
    once.put(new Step(task.label(), design.label()), () -> jvm.run(job(task, design.name())));
  }

  private void add(Batches batches) {
    once.put(
        new Step(Task.BATCHES.label(), batches.label()),
        () -> jvm.run(job(Task.BATCHES, batches.name())));
  }

  private DesignJob job(Task task, String subject) {
    long nanos = (long) (settings.seconds * NANOS_PER_SECOND);
    return new DesignJob(task, subject, settings.threads, nanos);
  }

  private void addPrograms() throws IOException {
    for (String name : PROGRAMS) {
      Path file =
          BundledTraces.find(name)
              .orElseThrow(() -> new IOException("no bundled trace \"" + name + "\""));
      TraceSummary summary = TraceSummary.of(TraceReader.read(file));
      for (Design design : settings.designs) {
        once.put(
            new Step(PROGRAM_PREFIX + name, design.label()), () -> replay(file, summary, design));
      }
    }
  }

  private Findings replay(Path file, TraceSummary summary, Design design) throws IOException {
    var job =
        new ReplayJob(design.target(), file, Mode.SEQUENTIAL, settings.rounds, settings.events, 0);
    Measurement measurement = replayJvm.run(job, summary);
    String failure = measurement.failure();
    return failure == null
        ? Findings.of(Map.of(Loop.NANOS, measurement.nanosPerEvent()))
        : Findings.failed(failure);
  }

  /** All measurements in order; a recorded program has its rounds in one JVM. */
  public List<Step> steps() {
    return List.copyOf(steps);
  }

  /** Does one of them; one that has failed in an earlier round is not tried again. */
  public void measure(Step step) throws IOException {
    Measuring measuring = once.get(step);
    if (measuring == null) {
      throw new IllegalArgumentException(step + " is not in this plan");
    }
    if (!answers.hasFailed(step.task, step.subject)) {
      answers.add(step.task, step.subject, measuring.measure());
    }
  }

  /** What was found out. */
  public DesignResults results(Environment environment) throws IOException {
    Map<String, Integer> lines = new LinkedHashMap<>();
    Sources sources = Sources.ofProject().orElse(null);
    if (sources != null) {
      for (Design design : settings.designs) {
        lines.put(design.label(), sources.linesOf(design.root()));
      }
    }
    return new DesignResults(
        environment, settings.rounds, settings.seconds, settings.events, answers.all(), lines);
  }
}
