package org.smalloc4j.bench.report;

import java.util.List;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.trace.TraceSummary;

/** All a replay run has found out, in the order it was run. */
public record ReplayResults(
    Environment environment, List<TraceSummary> traces, List<Measurement> measurements) {

  /** Whether any allocator failed. */
  public boolean anyFailed() {
    return measurements.stream().anyMatch(measurement -> measurement.failure() != null);
  }
}
