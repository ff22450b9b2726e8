package org.smalloc4j.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.trace.TraceSummary;

/** The report of a replay. */
final class HtmlReport {

  private HtmlReport() {}

  static String of(ReplayResults results) throws IOException {
    List<Comparison> tables = Comparison.of(results);
    Ranking ranking = Ranking.of(results);
    return HtmlPage.of(
        "report.html",
        Map.of(
            "answer", answer(results, ranking),
            "picture", TimeMemoryChart.of(ranking),
            "facts", HtmlPage.facts(results.environment()),
            "traces", traces(results.traces()),
            "allocators", allocators(results.measurements()),
            "tables",
                tables.stream()
                    .map(Comparison::table)
                    .map(HtmlPage::table)
                    .collect(Collectors.joining())),
        charts(tables));
  }

  /** The sentence, what speaks against it, and the ranking. */
  private static String answer(ReplayResults results, Ranking ranking) {
    String doubts =
        Doubts.of(results).stream()
            .map(doubt -> "<p class=\"doubt\">" + HtmlPage.escaped(doubt) + "</p>\n")
            .collect(Collectors.joining());
    return "<p class=\"answer\">"
        + HtmlPage.escaped(ranking.sentence())
        + "</p>\n"
        + doubts
        + "<div class=\"scroll\">"
        + HtmlPage.table(ranking.table())
        + "</div>\n";
  }

  private static List<Chart> charts(List<Comparison> tables) {
    var charts = new ArrayList<Chart>();
    for (Comparison table : tables) {
      charts.add(chart(table, "time × glibc (less is better)", Comparison.Row::ratio, 1.0));
      charts.add(chart(table, "resident ÷ live (less is better)", Comparison.Row::waste, 1.0));
    }
    return charts.stream().filter(chart -> !chart.bars().isEmpty()).toList();
  }

  private static Chart chart(
      Comparison table,
      String measure,
      Function<Comparison.Row, @Nullable Double> value,
      double line) {
    var bars = new ArrayList<Chart.Bar>();
    for (Comparison.Row row : table.rows()) {
      Double figure = value.apply(row);
      if (figure != null) {
        bars.add(Chart.Bar.of(row.target(), Ranking.number(figure), figure));
      }
    }
    return Chart.of(table.table().title() + ": " + measure, bars, line);
  }

  private static String traces(List<TraceSummary> traces) {
    return traces.stream()
        .map(
            trace ->
                HtmlPage.row(
                    List.of(
                        trace.name(),
                        String.format(Locale.ROOT, "%,d", trace.events()),
                        String.format(Locale.ROOT, "%,d", trace.ids()),
                        String.format(Locale.ROOT, "%,d", trace.threads()),
                        Figures.mebibytes((double) trace.peakLiveBytes()))))
        .collect(Collectors.joining());
  }

  private static String allocators(List<Measurement> measurements) {
    return measurements.stream()
        .map(Measurement::target)
        .distinct()
        .flatMap(label -> TargetKind.of(label).stream())
        .map(
            kind ->
                HtmlPage.row(
                    List.of(kind.label(), versions(kind, measurements), kind.description())))
        .collect(Collectors.joining());
  }

  private static String versions(TargetKind kind, List<Measurement> measurements) {
    return measurements.stream()
        .filter(m -> m.target().equals(kind.label()) && m.version() != null)
        .map(m -> String.valueOf(m.version()))
        .distinct()
        .collect(Collectors.joining("; "));
  }
}
