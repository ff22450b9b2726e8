package org.smalloc4j.bench.suite;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.report.Conclusion;
import org.smalloc4j.bench.report.Doubts;
import org.smalloc4j.bench.report.Environment;
import org.smalloc4j.bench.report.ReplayResults;

/** All answers of a run, and where they are from. */
public record Results(Environment environment, String set, List<Answer> answers) {

  public boolean anyFailed() {
    return answers.stream().anyMatch(answer -> answer.failure() != null);
  }

  /** The names of the workloads in the order in which they were measured. */
  public List<String> workloads() {
    return answers.stream().map(Answer::workload).distinct().toList();
  }

  /** The allocators in the order in which they were measured. */
  public List<String> allocators() {
    return answers.stream().map(Answer::allocator).distinct().toList();
  }

  /** What it all comes to. */
  public Conclusion conclusion() {
    var doubts = new ArrayList<String>();
    long failed = answers.stream().filter(answer -> answer.failure() != null).count();
    if (failed > 0) {
      doubts.add(failed + " of " + answers.size() + " measurements failed; their rows say why.");
    }
    if (BenchSet.QUICK.label().equals(set)) {
      doubts.add(
          "Each figure is of one process: a first look. bench standard starts two for each.");
    }
    var shares = new ArrayList<@Nullable Double>();
    answers.forEach(answer -> shares.add(answer.others()));
    Doubts.ofOthers(shares).ifPresent(doubts::add);
    return new Conclusion(new Scores(this).overall(), "workload", doubts);
  }

  /** The answers to a workload, the best first and failures last. */
  public List<Answer> ranked(String workload) {
    return answers.stream()
        .filter(answer -> answer.workload().equals(workload))
        .sorted(Comparator.comparingDouble(Results::value))
        .toList();
  }

  private static double value(Answer answer) {
    Estimate estimate = answer.estimate();
    return estimate == null ? Double.POSITIVE_INFINITY : estimate.value();
  }

  /** A replay's, as answers about recorded programs. */
  static Results of(ReplayResults replayed) {
    return new Results(
        replayed.environment(),
        "replay",
        replayed.measurements().stream().map(Results::answer).toList());
  }

  private static Answer answer(Measurement m) {
    String workload = "trace " + m.trace() + ", " + m.mode();
    List<List<Double>> samples =
        m.failure() == null
            ? List.of(m.roundNanos().stream().map(nanos -> (double) nanos / m.events()).toList())
            : List.of();
    return new Answer(
        workload, "ns/event", m.target(), m.version(), samples, Map.of(), m.failure());
  }

  /**
   * Reads a file that a run has written.
   *
   * @throws IOException if it cannot be read, or is something else
   */
  public static Results read(Path file) throws IOException {
    Optional<ReplayResults> replayed = ReplayResults.read(file);
    if (replayed.isPresent()) {
      return of(replayed.get());
    }
    Results results = JSON.std.beanFrom(Results.class, file.toFile());
    if (results.answers == null || results.environment == null) {
      throw new IOException(file + " is not a result of \"smalloc4j bench\" or \"replay\"");
    }
    return results;
  }
}
