package org.smalloc4j.bench.suite;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.smalloc4j.bench.report.Environment;

/** All answers of a run, and where they are from. */
public record Results(Environment environment, String set, List<Answer> answers) {

  public boolean anyFailed() {
    return answers.stream().anyMatch(answer -> answer.failure() != null);
  }

  /** The names of the workloads in the order in which they were measured. */
  public List<String> workloads() {
    return answers.stream().map(Answer::workload).distinct().toList();
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

  /**
   * Reads a file that a run has written.
   *
   * @throws IOException if it cannot be read, or is something else
   */
  public static Results read(Path file) throws IOException {
    Results results = JSON.std.beanFrom(Results.class, file.toFile());
    if (results.answers == null || results.environment == null) {
      throw new IOException(file + " is not a result of \"smalloc4j bench\"");
    }
    return results;
  }
}
