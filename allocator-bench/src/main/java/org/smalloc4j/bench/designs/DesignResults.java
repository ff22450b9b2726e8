package org.smalloc4j.bench.designs;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.smalloc4j.bench.report.Environment;

/**
 * A run, and where it is from: what the JSON file holds.
 *
 * @param rounds JVMs for each task and design
 * @param seconds of a measurement
 * @param events of a recorded program at most
 * @param answers in the order in which they were first given
 * @param lines lines of code by label of a design; empty if the sources are not there
 */
public record DesignResults(
    Environment environment,
    int rounds,
    double seconds,
    int events,
    List<Answer> answers,
    Map<String, Integer> lines) {

  /** Whether anything has failed. */
  public boolean anyFailed() {
    return answers.stream().anyMatch(answer -> answer.failure() != null);
  }

  /** What was found out about a task. */
  List<Answer> of(String task) {
    return answers.stream().filter(answer -> answer.task().equals(task)).toList();
  }

  /** What a subject did at a task, if it was asked. */
  Optional<Answer> get(String task, String subject) {
    return of(task).stream().filter(answer -> answer.subject().equals(subject)).findFirst();
  }

  /** The median of a figure over the rounds, if there is one. */
  OptionalDouble median(String task, String subject, String figure) {
    return get(task, subject).map(a -> a.median(figure)).orElse(OptionalDouble.empty());
  }

  /** The ratio of two medians, if there are both. */
  OptionalDouble ratio(String task, String subject, String figure, String base) {
    OptionalDouble value = median(task, subject, figure);
    OptionalDouble divisor = median(task, subject, base);
    return value.isPresent() && divisor.isPresent()
        ? OptionalDouble.of(value.getAsDouble() / divisor.getAsDouble())
        : OptionalDouble.empty();
  }

  /** The tasks whose figure is the time of an operation or event, recorded programs last. */
  List<String> timedTasks() {
    return answers.stream()
        .filter(answer -> answer.figures().containsKey(Loop.NANOS))
        .map(Answer::task)
        .filter(task -> !task.equals(Task.BATCHES.label()))
        .distinct()
        .toList();
  }

  /** The numbers of threads of {@link Task#SCALING}. */
  List<Integer> threads() {
    return of(Task.SCALING.label()).stream()
        .flatMap(answer -> answer.figures().keySet().stream())
        .filter(figure -> figure.startsWith(Scaling.MILLIONS))
        .map(figure -> Integer.valueOf(figure.substring(Scaling.MILLIONS.length())))
        .distinct()
        .sorted()
        .toList();
  }
}
