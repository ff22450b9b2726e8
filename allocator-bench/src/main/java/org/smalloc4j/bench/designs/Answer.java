package org.smalloc4j.bench.designs;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What one subject did at one task.
 *
 * @param task the task's label; {@code program-} and its name for a recorded program
 * @param subject the label of a design, or of a source of batches
 * @param failure why a round has no figures, null if all have
 * @param figures by name, a value of each round
 */
public record Answer(
    String task, String subject, @Nullable String failure, Map<String, List<Double>> figures) {

  /** The middle one of the rounds' values, the upper of two; empty if there is none. */
  OptionalDouble median(String figure) {
    List<Double> sorted = figures.getOrDefault(figure, List.of()).stream().sorted().toList();
    return sorted.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(sorted.get(sorted.size() / 2));
  }

  /** The least of the rounds' values. */
  OptionalDouble least(String figure) {
    return figures.getOrDefault(figure, List.of()).stream().mapToDouble(value -> value).min();
  }
}
