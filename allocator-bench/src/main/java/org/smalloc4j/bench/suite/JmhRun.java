package org.smalloc4j.bench.suite;

import java.util.Collection;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.smalloc4j.bench.allocator.TargetKind;

/**
 * How long JMH measures.
 *
 * @param forks JVMs for each figure
 * @param iterations measured iterations of a fork, after as many to warm up
 * @param millis time of an iteration
 */
public record JmhRun(int forks, int iterations, int millis) {

  /** Answers a question for an allocator. */
  public Answer answer(Question question, TargetKind allocator) {
    var options =
        new OptionsBuilder()
            .include("\\b" + question.benchmark().getSimpleName() + "\\b")
            .param("allocator", allocator.label())
            .forks(forks)
            .warmupIterations(iterations)
            .warmupTime(TimeValue.milliseconds(millis))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.milliseconds(millis))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    question.parameters().forEach(options::param);
    Collection<RunResult> results;
    try {
      results = new Runner(options.build()).run();
    } catch (RunnerException e) {
      return Answer.failed(question.name(), allocator.label(), e.toString());
    }
    if (results.size() != 1) {
      return Answer.failed(question.name(), allocator.label(), results.size() + " results");
    }
    Result<?> score = results.iterator().next().getPrimaryResult();
    double error = score.getScoreError();
    return new Answer(
        question.name(),
        allocator.label(),
        score.getScore(),
        Double.isNaN(error) ? null : error,
        null);
  }
}
