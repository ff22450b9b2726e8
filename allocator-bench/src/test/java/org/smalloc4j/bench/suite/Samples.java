package org.smalloc4j.bench.suite;

import java.util.List;
import java.util.Map;
import org.smalloc4j.bench.report.Environment;

/** Results made up for tests. */
final class Samples {

  static final Environment HERE =
      new Environment(
          "cpu", 2, "kernel", "jvm", "commit", "date", List.of("smalloc4j", "bench"), null);

  private Samples() {}

  static Answer answer(String workload, String allocator, Double... nanos) {
    return new Answer(
        workload,
        "ns/op",
        allocator,
        "1.0",
        List.of(List.of(nanos)),
        Map.of("peakBytes", 1e6),
        null);
  }

  static Answer failed(String workload, String allocator, String failure) {
    return new Answer(workload, "ns/op", allocator, null, List.of(), Map.of(), failure);
  }

  static Results results(Answer... answers) {
    return new Results(HERE, "quick", List.of(answers));
  }
}
