package org.smalloc4j.bench.suite;

import java.util.List;
import java.util.Map;
import org.smalloc4j.bench.micro.AllocatorBenchmark;
import org.smalloc4j.bench.micro.BatchBenchmark;
import org.smalloc4j.bench.micro.PairBenchmark;
import org.smalloc4j.bench.micro.ProducerConsumerBenchmark;
import org.smalloc4j.bench.micro.RandomReplacementBenchmark;

/**
 * A row of the table.
 *
 * @param name what is asked
 * @param benchmark the JMH class that answers
 * @param parameters of that class, beside the allocator
 * @param cArguments what {@code allocators.c} calls the same
 */
public record Question(
    String name,
    Class<? extends AllocatorBenchmark> benchmark,
    Map<String, String> parameters,
    List<String> cArguments) {

  /** All questions, in the order of the table. */
  public static List<Question> all() {
    return List.of(
        new Question("pair", PairBenchmark.class, Map.of(), List.of("pair")),
        batch("lifo"),
        batch("random"),
        random("4096"),
        random("1000000"),
        new Question(
            "producer/consumer",
            ProducerConsumerBenchmark.class,
            Map.of(),
            List.of("producer-consumer")));
  }

  private static Question batch(String order) {
    return new Question(
        "batch, " + order, BatchBenchmark.class, Map.of("order", order), List.of("batch", order));
  }

  private static Question random(String blocks) {
    return new Question(
        "replacement of " + blocks,
        RandomReplacementBenchmark.class,
        Map.of("blocks", blocks),
        List.of("random", blocks));
  }
}
