package org.smalloc4j.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.replay.Measurement;

/**
 * The allocators of a replay, the fastest first, over everything that was replayed: geometric means
 * relative to one of them: glibc if it was measured, else the first that is not this project's.
 *
 * <p>An allocator's time has an interval, from the quarter of its rounds that are shortest to the
 * quarter that are longest. Allocators whose intervals overlap share their ranks.
 *
 * @param replays how many pairs of a trace and a mode the means are over
 */
public record Ranking(String base, int replays, List<Row> rows) {

  /**
   * One allocator.
   *
   * @param first the rank it has if all that overlap with it are slower
   * @param last the rank it has if they are faster
   * @param time settled, relative to the base's
   * @param low end of the interval
   * @param high its other end
   * @param cold time of the first round, relative to the base's
   * @param memory resident bytes per live byte, relative to the base's; null if unknown
   */
  public record Row(
      String target,
      int first,
      int last,
      double time,
      double low,
      double high,
      double cold,
      @Nullable Double memory) {

    /** Time and memory at once, each for as much: the geometric mean of both. */
    @Nullable Double both() {
      return memory == null ? null : Math.sqrt(time * memory);
    }

    boolean isOurs() {
      return Ranking.isOurs(target);
    }

    String rank() {
      return first == last ? Integer.toString(first) : first + "–" + last;
    }
  }

  /**
   * Of the allocators that have replayed everything that the base has; empty if there is no base.
   */
  public static Ranking of(ReplayResults results) {
    List<Measurement> done =
        results.measurements().stream().filter(Measurement::comparable).toList();
    String base =
        done.stream()
            .map(Measurement::target)
            .filter(TargetKind.GLIBC.label()::equals)
            .findFirst()
            .or(() -> done.stream().map(Measurement::target).filter(t -> !isOurs(t)).findFirst())
            .or(() -> done.stream().map(Measurement::target).findFirst())
            .orElse("");
    List<Measurement> ofBase = done.stream().filter(m -> m.target().equals(base)).toList();
    var rows = new ArrayList<Row>();
    for (String target : done.stream().map(Measurement::target).distinct().toList()) {
      List<Measurement> own =
          ofBase.stream().flatMap(b -> done.stream().filter(m -> isSame(m, target, b))).toList();
      if (own.size() == ofBase.size()) {
        rows.add(row(target, own, ofBase));
      }
    }
    rows.sort(Comparator.comparingDouble(Row::time));
    return new Ranking(base, ofBase.size(), rows.stream().map(row -> ranked(row, rows)).toList());
  }

  private static boolean isOurs(String target) {
    return target.startsWith(TargetKind.SMALLOC4J.label());
  }

  private static boolean isSame(Measurement m, String target, Measurement base) {
    return m.target().equals(target)
        && m.trace().equals(base.trace())
        && m.mode().equals(base.mode());
  }

  private static Row row(String target, List<Measurement> own, List<Measurement> base) {
    var time = new ArrayList<@Nullable Double>();
    var low = new ArrayList<@Nullable Double>();
    var high = new ArrayList<@Nullable Double>();
    var cold = new ArrayList<@Nullable Double>();
    var memory = new ArrayList<@Nullable Double>();
    for (int i = 0; i < own.size(); i++) {
      double nanos = base.get(i).nanosPerEvent();
      time.add(own.get(i).nanosPerEvent() / nanos);
      low.add(own.get(i).nanosPerEvent(0.25) / nanos);
      high.add(own.get(i).nanosPerEvent(0.75) / nanos);
      cold.add(own.get(i).coldNanosPerEvent() / base.get(i).coldNanosPerEvent());
      Double waste = own.get(i).waste();
      Double ofBase = base.get(i).waste();
      memory.add(waste == null || ofBase == null ? null : Double.valueOf(waste / ofBase));
    }
    return new Row(
        target,
        0,
        0,
        mean(time),
        mean(low),
        mean(high),
        mean(cold),
        Comparison.geometricMean(memory));
  }

  private static double mean(List<@Nullable Double> values) {
    return Objects.requireNonNullElse(Comparison.geometricMean(values), Double.NaN);
  }

  private static Row ranked(Row row, List<Row> rows) {
    long faster = rows.stream().filter(other -> other.high < row.low).count();
    long slower = rows.stream().filter(other -> other.low > row.high).count();
    return new Row(
        row.target,
        1 + (int) faster,
        rows.size() - (int) slower,
        row.time,
        row.low,
        row.high,
        row.cold,
        row.memory);
  }

  /** What it all comes to; empty if there is nothing to compare. */
  public String sentence() {
    if (rows.size() < 2) {
      return "";
    }
    Row row = rows.stream().filter(Row::isOurs).findFirst().orElse(rows.getFirst());
    Double memory = row.memory;
    String ofMemory = "";
    if (memory != null) {
      long less = rows.stream().map(Row::memory).filter(m -> m != null && m < memory).count();
      ofMemory =
          String.format(Locale.ROOT, ", and %s its memory (rank %d)", times(memory), less + 1);
    }
    return String.format(
        Locale.ROOT,
        "%s takes %s the time of %s (rank %s of %d)%s, over %d %s.",
        row.target,
        times(row.time),
        base,
        row.rank(),
        rows.size(),
        ofMemory,
        replays,
        replays == 1 ? "replay" : "replays");
  }

  /** As rows of text. */
  public Table table() {
    return new Table(
        "time and memory relative to " + base + ", geometric means, less is better",
        List.of("allocator", "rank", "time ×", "from–to", "cold ×", "memory ×", "both ×", ""),
        rows.stream()
            .map(
                row ->
                    List.of(
                        row.target,
                        row.rank(),
                        number(row.time),
                        number(row.low) + "–" + number(row.high),
                        number(row.cold),
                        number(row.memory),
                        number(row.both()),
                        ""))
            .toList());
  }

  private static String times(double value) {
    return number(value) + " ×";
  }

  /** Three digits. */
  static String number(@Nullable Double value) {
    if (value == null) {
      return "–";
    }
    String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
