package org.smalloc4j.bench.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.trace.TraceSummary;

/** All a replay run has found out, in the order it was run. */
public record ReplayResults(
    Environment environment, List<TraceSummary> traces, List<Measurement> measurements) {

  /** A time's interval is the middle half of its rounds. */
  private static final double QUARTER = 0.25;

  private static final double CONTENDS = 1.5;

  /** Of what was replayed as a whole; a workload is a trace and a mode. */
  List<Score> scores() {
    return measurements.stream()
        .filter(Measurement::comparable)
        .map(
            m ->
                new Score(
                    m.target(),
                    m.trace() + ", " + m.mode(),
                    m.nanosPerEvent(),
                    m.nanosPerEvent(QUARTER),
                    m.nanosPerEvent(1 - QUARTER),
                    m.coldNanosPerEvent(),
                    m.waste()))
        .toList();
  }

  Ranking ranking() {
    return Ranking.of(scores());
  }

  /**
   * The measurements that another JVM may show otherwise: those of the allocators that may be the
   * fastest, of which the faster rounds take less than half as long again as the fastest
   * allocator's, and those that others disturbed. All if there is nothing to compare.
   */
  public List<Measurement> worthRepeating() {
    List<Ranking.Row> rows = ranking().rows();
    double most = rows.isEmpty() ? 0 : CONTENDS * rows.getFirst().time();
    Set<String> near =
        rows.stream()
            .filter(row -> row.low() < most)
            .map(Ranking.Row::target)
            .collect(Collectors.toSet());
    return measurements.stream()
        .filter(
            m ->
                rows.isEmpty()
                    || near.contains(m.target())
                    || !Doubts.ofOthers(m.othersCpu()).isEmpty())
        .toList();
  }

  /** What it all comes to. */
  public Conclusion conclusion() {
    return new Conclusion(ranking(), "replay", Doubts.of(this));
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
