package org.smalloc4j.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;

/**
 * Allocators over some workloads, the fastest first: geometric means of their times and memory
 * relative to one of them.
 *
 * <p>Of each time there is an interval. Those whose intervals overlap share their ranks.
 *
 * @param base which one: mimalloc if it was measured, else glibc, else the first that is not this
 *     project's
 * @param workloads how many the means are over: all that the base has done
 * @param rows the allocators that have done all of them
 * @param partial those that have done some: relative to the base in these, and without a rank
 */
public record Ranking(String base, int workloads, List<Row> rows, List<Row> partial) {

  private static final String OURS = TargetKind.SMALLOC4J.label();

  /**
   * One allocator.
   *
   * @param done how many workloads it has done
   * @param first the rank it has if all that overlap with it are slower; 0 without a rank
   * @param last the rank it has if they are faster
   * @param time relative to the base's
   * @param low end of the interval
   * @param high its other end
   * @param cold time of the first round, relative to the base's; null if not measured
   * @param memory relative to the base's, over the workloads of which it is known; null of none
   */
  public record Row(
      String target,
      int done,
      int first,
      int last,
      double time,
      double low,
      double high,
      @Nullable Double cold,
      @Nullable Double memory) {

    /** Time and memory at once, each for as much: the geometric mean of both. */
    public @Nullable Double both() {
      return memory == null ? null : Math.sqrt(time * memory);
    }

    /** A number, or two if it overlaps with others. */
    public String rank() {
      if (first == 0) {
        return Digits.MISSING;
      }
      return first == last ? Integer.toString(first) : first + "–" + last;
    }

    private Row ranked(List<Row> rows) {
      long faster = rows.stream().filter(other -> other.high < low).count();
      long slower = rows.stream().filter(other -> other.low > high).count();
      int least = 1 + (int) faster;
      int most = rows.size() - (int) slower;
      return new Row(target, done, least, most, time, low, high, cold, memory);
    }
  }

  /** Of all scores; empty if there are none. */
  public static Ranking of(List<Score> scores) {
    return of(scores, baseOf(scores.stream().map(Score::allocator).distinct().toList()));
  }

  /** Relative to a base that was chosen before. */
  public static Ranking of(List<Score> scores, String base) {
    List<Score> ofBase = scores.stream().filter(s -> s.allocator().equals(base)).toList();
    var all = new ArrayList<Row>();
    var some = new ArrayList<Row>();
    for (String target : scores.stream().map(Score::allocator).distinct().toList()) {
      List<Score> own = scores.stream().filter(s -> s.allocator().equals(target)).toList();
      List<Pair> pairs = ofBase.stream().flatMap(b -> pair(own, b)).toList();
      if (!pairs.isEmpty()) {
        (pairs.size() == ofBase.size() ? all : some).add(row(target, pairs));
      }
    }
    all.sort(Comparator.comparingDouble(Row::time));
    return new Ranking(
        base, ofBase.size(), all.stream().map(row -> row.ranked(all)).toList(), List.copyOf(some));
  }

  /** Which of some allocators all figures are relative to. */
  public static String baseOf(List<String> labels) {
    return Stream.of(TargetKind.MIMALLOC, TargetKind.GLIBC)
        .map(TargetKind::label)
        .filter(labels::contains)
        .findFirst()
        .or(() -> labels.stream().filter(label -> !isOurs(label)).findFirst())
        .or(() -> labels.stream().findFirst())
        .orElse("");
  }

  private static boolean isOurs(String target) {
    return target.startsWith(OURS);
  }

  /** An allocator and the base in the same workload. */
  private record Pair(Score own, Score base) {

    @Nullable Double cold() {
      return ratio(own.cold(), base.cold());
    }

    @Nullable Double memory() {
      return ratio(own.memory(), base.memory());
    }

    private static @Nullable Double ratio(@Nullable Double a, @Nullable Double b) {
      return a == null || b == null ? null : Double.valueOf(a / b);
    }
  }

  private static Stream<Pair> pair(List<Score> own, Score base) {
    return own.stream()
        .filter(s -> s.workload().equals(base.workload()))
        .map(s -> new Pair(s, base));
  }

  private static Row row(String target, List<Pair> pairs) {
    return new Row(
        target,
        pairs.size(),
        0,
        0,
        mean(pairs.stream().map(p -> p.own.time() / p.base.time()).toList()),
        mean(pairs.stream().map(p -> p.own.low() / p.base.time()).toList()),
        mean(pairs.stream().map(p -> p.own.high() / p.base.time()).toList()),
        GeometricMean.of(pairs.stream().map(Pair::cold).toList()),
        // A workload whose memory the base has, and the allocator has not, says nothing of either.
        GeometricMean.of(
            pairs.stream().filter(p -> p.base.memory() != null).map(Pair::memory).toList()));
  }

  private static double mean(List<Double> values) {
    return Objects.requireNonNullElse(GeometricMean.of(values), Double.NaN);
  }

  /** What it all comes to, over so many of what {@code noun} names; empty if nothing to compare. */
  public String sentence(String noun) {
    if (rows.size() < 2) {
      return "";
    }
    Row row =
        rows.stream()
            .filter(r -> r.target.equals(OURS))
            .findFirst()
            .or(() -> rows.stream().filter(r -> !r.target.equals(base)).findFirst())
            .orElseThrow();
    Double memory = row.memory;
    String ofMemory = "";
    if (memory != null) {
      long less = rows.stream().map(Row::memory).filter(m -> m != null && m < memory).count();
      ofMemory =
          String.format(
              Locale.ROOT, ", and %s its memory (rank %d)", Digits.times(memory), less + 1);
    }
    return String.format(
        Locale.ROOT,
        "%s takes %s the time of %s (rank %s of %d)%s, over %d %s%s.",
        row.target,
        Digits.times(row.time),
        base,
        row.rank(),
        rows.size(),
        ofMemory,
        workloads,
        noun,
        workloads == 1 ? "" : "s");
  }

  /** Those with a rank, as rows of text under what they are about. */
  public Table table(String about) {
    return table(about, rows);
  }

  /** The same with those that have no rank at the end. */
  public Table tableOfAll(String about) {
    return table(about, Stream.concat(rows.stream(), partial.stream()).toList());
  }

  private Table table(String about, List<Row> shown) {
    boolean cold = shown.stream().anyMatch(row -> row.cold != null);
    var headings = new ArrayList<>(List.of("allocator", "rank", "time ×", "from–to"));
    if (cold) {
      headings.add("cold ×");
    }
    headings.addAll(List.of("memory ×", "both ×", ""));
    return new Table(
        about + ": time and memory relative to " + base + ", geometric means, less is better",
        headings,
        shown.stream().map(row -> cells(row, cold)).toList());
  }

  private List<String> cells(Row row, boolean cold) {
    var cells = new ArrayList<String>();
    cells.add(row.target);
    cells.add(row.rank());
    cells.add(Digits.of(row.time));
    cells.add(Digits.range(row.low, row.high));
    if (cold) {
      cells.add(Digits.of(row.cold));
    }
    cells.add(Digits.of(row.memory));
    cells.add(Digits.of(row.both()));
    cells.add(row.done == workloads ? "" : "over " + row.done + " of " + workloads);
    return cells;
  }
}
