package org.smalloc4j.bench.threads;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.smalloc4j.bench.report.Table;
import org.smalloc4j.bench.svg.LineChart;
import org.smalloc4j.bench.svg.LineChart.Line;

/**
 * The rounds of one kind of threads as tables and a chart.
 *
 * @param kind what the threads are
 * @param most the most of them
 * @param rounds by allocator, in the order of the table
 */
public record ThreadsReport(String kind, int most, Map<String, List<ThreadsJvm.Result>> rounds) {

  private static final double NANOS_PER_MICRO = 1e3;
  private static final double PERCENT = 100;

  private static final List<String> COLOURS =
      List.of("#dc2626", "#f0b264", "#1d4ed8", "#15803d", "#6b7280", "#7e22ce", "#0891b2");

  /** Medians over the rounds, and half the distance of the extremes in percent of them. */
  public List<Table> tables() {
    return List.of(
        table("ns of wall time for a replacement", "%.1f", ThreadsReport::median),
        table(
            "half of its range, %",
            "%.0f",
            all ->
                PERCENT
                    * (all.stream().mapToDouble(x -> x).max().orElseThrow()
                        - all.stream().mapToDouble(x -> x).min().orElseThrow())
                    / (2 * median(all))));
  }

  private Table table(String title, String format, ToDoubleFunction<List<Double>> figure) {
    var headings = new ArrayList<>(List.of(kind + " threads"));
    ThreadsProcess.ladder(most).forEach(threads -> headings.add(threads.toString()));
    headings.add("1 beside " + ThreadsProcess.IDLE + " idle");
    headings.add("");
    var rows = new ArrayList<List<String>>();
    rounds.forEach(
        (allocator, results) -> {
          var row = new ArrayList<>(List.of(allocator));
          for (int column = 0; column < headings.size() - 2; column++) {
            List<Double> values = column(results, column);
            row.add(
                values.isEmpty()
                    ? "–"
                    : String.format(Locale.ROOT, format, figure.applyAsDouble(values)));
          }
          row.add(failure(results));
          rows.add(row);
        });
    return new Table(title, headings, rows);
  }

  private static String failure(List<ThreadsJvm.Result> results) {
    return results.stream()
        .flatMap(result -> Stream.ofNullable(result.failure()))
        .findFirst()
        .map(why -> "failed: " + why)
        .orElse("");
  }

  private static List<Double> column(List<ThreadsJvm.Result> results, int column) {
    return results.stream()
        .filter(result -> result.failure() == null)
        .map(result -> result.nanos().get(column))
        .toList();
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /** Millions of replacements a second over the number of threads, as an SVG document. */
  public String chart() {
    List<Integer> ladder = ThreadsProcess.ladder(most);
    var lines = new ArrayList<Line>();
    rounds.forEach(
        (allocator, results) -> {
          if (failure(results).isEmpty()) {
            List<Double> values = new ArrayList<>();
            for (int i = 0; i < ladder.size(); i++) {
              values.add(NANOS_PER_MICRO / median(column(results, i)));
            }
            lines.add(new Line(allocator, values, COLOURS.get(lines.size() % COLOURS.size())));
          }
        });
    return new LineChart(
            "millions of replacements a second, all threads together",
            "live " + kind + " threads, all allocating",
            ladder.stream().map(String::valueOf).toList(),
            false,
            lines)
        .svg();
  }
}
