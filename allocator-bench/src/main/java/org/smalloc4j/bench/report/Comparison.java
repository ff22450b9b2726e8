package org.smalloc4j.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.trace.TraceSummary;

/**
 * The rows of one table: all allocators on one trace and mode, or their geometric means over the
 * traces of a mode.
 *
 * @param base the allocator that ratios are relative to, the same in all tables
 */
public record Comparison(String title, String mode, String base, List<Row> rows) {

  /**
   * One allocator.
   *
   * @param nanosPerEvent median of the settled rounds
   * @param bestNanos the best of them
   * @param spread how far they lie apart, relative to the median
   * @param processes how many JVMs they are of
   * @param ratio settled time relative to the base's
   * @param coldNanos time per event of the first round
   * @param coldRatio that relative to the base's
   * @param note why figures are missing or not comparable, else empty
   */
  public record Row(
      String target,
      @Nullable Double nanosPerEvent,
      @Nullable Double bestNanos,
      @Nullable Double spread,
      @Nullable Integer processes,
      @Nullable Double ratio,
      @Nullable Double coldNanos,
      @Nullable Double coldRatio,
      @Nullable Double residentBytes,
      @Nullable Double liveBytes,
      @Nullable Double waste,
      String note) {

    /** With a note and nothing else, or with the settled time alone. */
    static Row of(String target, @Nullable Double nanosPerEvent, String note) {
      return new Row(
          target, nanosPerEvent, null, null, null, null, null, null, null, null, null, note);
    }
  }

  /** As rows of text. */
  public Table table() {
    return new Table(
        title + ", " + mode, Figures.headings(base), rows.stream().map(Figures::cells).toList());
  }

  /** A table per mode and trace, each mode's tables followed by its geometric means. */
  public static List<Comparison> of(ReplayResults results) {
    var tables = new ArrayList<Comparison>();
    String base = results.ranking().base();
    List<String> modes = results.measurements().stream().map(Measurement::mode).distinct().toList();
    for (String mode : modes) {
      List<Measurement> ofMode =
          results.measurements().stream().filter(m -> m.mode().equals(mode)).toList();
      List<String> traces = ofMode.stream().map(Measurement::trace).distinct().toList();
      for (String trace : traces) {
        List<Measurement> ofTrace = ofMode.stream().filter(m -> m.trace().equals(trace)).toList();
        tables.add(ofTrace(titleOf(trace, ofTrace, results.traces()), mode, base, ofTrace));
      }
      if (traces.size() > 1) {
        tables.add(means(mode, base, tables.subList(tables.size() - traces.size(), tables.size())));
      }
    }
    return List.copyOf(tables);
  }

  /** The trace's name, and how much of it was asked for if that was not all. */
  private static String titleOf(
      String trace, List<Measurement> measurements, List<TraceSummary> summaries) {
    int events =
        summaries.stream().filter(t -> t.name().equals(trace)).mapToInt(TraceSummary::events).sum();
    return measurements.stream()
        .filter(m -> m.comparable() && m.events() < events)
        .findFirst()
        .map(m -> String.format(Locale.ROOT, "%s (first %,d events)", trace, m.events()))
        .orElse(trace);
  }

  private static Comparison ofTrace(
      String title, String mode, String base, List<Measurement> measurements) {
    Measurement ofBase =
        measurements.stream()
            .filter(m -> m.target().equals(base) && m.comparable())
            .findFirst()
            .orElse(null);
    return new Comparison(
        title, mode, base, measurements.stream().map(m -> row(m, ofBase)).toList());
  }

  private static Row row(Measurement m, @Nullable Measurement base) {
    if (m.failure() != null) {
      return Row.of(m.target(), null, "failed: " + m.failure());
    }
    double nanos = m.nanosPerEvent();
    if (!m.whole()) {
      String note = String.format(Locale.ROOT, "first %,d events only, not comparable", m.events());
      return Row.of(m.target(), nanos, note);
    }
    Long resident = m.residentBytes();
    return new Row(
        m.target(),
        nanos,
        m.bestNanosPerEvent(),
        m.roundNanos().size() > 1 ? m.spread() : null,
        m.processes(),
        base == null ? null : nanos / base.nanosPerEvent(),
        m.coldNanosPerEvent(),
        base == null ? null : m.coldNanosPerEvent() / base.coldNanosPerEvent(),
        resident == null ? null : resident.doubleValue(),
        (double) m.peakLiveBytes(),
        m.waste(),
        Doubts.of(m));
  }

  private static Comparison means(String mode, String base, List<Comparison> tables) {
    List<String> targets =
        tables.stream().flatMap(t -> t.rows.stream()).map(Row::target).distinct().toList();
    return new Comparison(
        "geometric mean of " + tables.size() + " traces",
        mode,
        base,
        targets.stream().map(target -> mean(target, tables)).toList());
  }

  private static Row mean(String target, List<Comparison> tables) {
    List<Row> rows =
        tables.stream()
            .flatMap(t -> t.rows.stream())
            .filter(row -> row.target.equals(target) && row.liveBytes != null)
            .toList();
    String note =
        rows.size() == tables.size()
            ? ""
            : String.format(Locale.ROOT, "over %d of %d", rows.size(), tables.size());
    return new Row(
        target,
        GeometricMean.of(rows.stream().map(Row::nanosPerEvent).toList()),
        GeometricMean.of(rows.stream().map(Row::bestNanos).toList()),
        most(rows.stream().map(Row::spread).toList()),
        null,
        GeometricMean.of(rows.stream().map(Row::ratio).toList()),
        GeometricMean.of(rows.stream().map(Row::coldNanos).toList()),
        GeometricMean.of(rows.stream().map(Row::coldRatio).toList()),
        GeometricMean.of(rows.stream().map(Row::residentBytes).toList()),
        GeometricMean.of(rows.stream().map(Row::liveBytes).toList()),
        GeometricMean.of(rows.stream().map(Row::waste).toList()),
        note);
  }

  private static @Nullable Double most(List<@Nullable Double> values) {
    return values.stream().filter(Objects::nonNull).max(Comparator.naturalOrder()).orElse(null);
  }
}
