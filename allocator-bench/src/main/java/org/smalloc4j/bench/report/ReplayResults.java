package org.smalloc4j.bench.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.trace.TraceSummary;

/** All a replay run has found out, in the order it was run. */
public record ReplayResults(
    Environment environment, List<TraceSummary> traces, List<Measurement> measurements) {

  /** Sentences about what speaks against the figures; none if nothing does. */
  public List<String> doubts() {
    return Doubts.of(this);
  }

  /** Reads a file that a replay has written; empty if it is something else. */
  public static Optional<ReplayResults> read(Path file) throws IOException {
    ReplayResults results = JSON.std.beanFrom(ReplayResults.class, file.toFile());
    return results.measurements == null || results.environment == null
        ? Optional.empty()
        : Optional.of(results);
  }

  /** Whether any allocator failed. */
  public boolean anyFailed() {
    return measurements.stream().anyMatch(measurement -> measurement.failure() != null);
  }
}
