package org.smalloc4j.bench.suite;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.smalloc4j.bench.allocator.JvmOptions;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.micro.AllocatorBenchmark;

/** Has JMH answer a question about one allocator. */
final class JmhRun {

  private static final String HEAP_BYTES = "gc.alloc.rate.norm";

  private JmhRun() {}

  static Answer ask(Question question, Peer peer, Tools tools) {
    var hung = new AtomicBoolean();
    // JMH waits for a fork without end; a fork that is killed is an error to it.
    try (var watchdog = Executors.newSingleThreadScheduledExecutor()) {
      Duration limit = tools.timeout();
      Future<?> killing =
          watchdog.schedule(
              () -> {
                hung.set(true);
                killForks();
              },
              limit.toMillis(),
              TimeUnit.MILLISECONDS);
      try {
        return answer(question, peer, new Runner(options(question, peer, tools).build()).run());
      } catch (RunnerException e) {
        String why = hung.get() ? "no end after " + limit.toMillis() / 1e3 + " s" : reason(e);
        return Answer.failed(question, peer, why);
      } finally {
        killing.cancel(true);
      }
    }
  }

  private static void killForks() {
    ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
  }

  /** The innermost exception; JMH wraps what happened in a fork. */
  private static String reason(Throwable e) {
    if (e.getSuppressed().length > 0) {
      return reason(e.getSuppressed()[0]);
    }
    return e.getCause() == null ? String.valueOf(e.getMessage()).strip() : reason(e.getCause());
  }

  private static ChainedOptionsBuilder options(Question question, Peer peer, Tools tools) {
    BenchSet set = tools.set();
    TargetKind kind = Objects.requireNonNull(peer.java());
    var jvmOptions = new ArrayList<>(JvmOptions.OF_ALL_PEERS);
    jvmOptions.addAll(kind.jvmOptions());
    jvmOptions.add(AllocatorBenchmark.QUIET);
    // A fork that crashes is a line of the report, not one on the terminal and a file here.
    jvmOptions.add("-XX:+SuppressFatalErrorMessage");
    String name = question.benchmark().getSimpleName() + "." + question.method();
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("\\b" + name.replace(".", "\\.") + "\\b")
            .param("allocator", kind.label())
            .forks(set.processes())
            .jvmArgsAppend(jvmOptions.toArray(String[]::new))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    question.parameters().forEach(options::param);
    if (question.isLatency()) {
      return options.forks(1);
    }
    TimeValue time = TimeValue.milliseconds(set.millis());
    return options
        .warmupIterations(set.iterations())
        .warmupTime(time)
        .measurementIterations(set.iterations())
        .measurementTime(time);
  }

  private static Answer answer(Question question, Peer peer, Collection<RunResult> results) {
    if (results.size() != 1) {
      return Answer.failed(question, peer, results.size() + " results of JMH instead of one");
    }
    RunResult result = results.iterator().next();
    Map<String, Double> also = new HashMap<>();
    result.getSecondaryResults().forEach((name, value) -> also.put(name, value.getScore()));
    if (question.isLatency()) {
      return Answer.of(question, peer, List.of(List.of(of(also, Figure.P99))), percentiles(also));
    }
    Map<String, Double> figures =
        also.containsKey(HEAP_BYTES)
            ? Map.of(Figure.JAVA_BYTES.key(), also.getOrDefault(HEAP_BYTES, 0.0))
            : Map.of();
    List<List<Double>> samples =
        result.getBenchmarkResults().stream().map(JmhRun::samplesOf).toList();
    return Answer.of(question, peer, samples, figures);
  }

  private static Map<String, Double> percentiles(Map<String, Double> results) {
    return Stream.of(Figure.P50, Figure.P99, Figure.P999, Figure.P9999, Figure.MAX)
        .collect(Collectors.toMap(Figure::key, figure -> of(results, figure)));
  }

  private static double of(Map<String, Double> results, Figure figure) {
    return results.getOrDefault(figure.key(), Double.NaN);
  }

  private static List<Double> samplesOf(BenchmarkResult fork) {
    return fork.getIterationResults().stream()
        .map(iteration -> iteration.getPrimaryResult().getScore())
        .toList();
  }
}
