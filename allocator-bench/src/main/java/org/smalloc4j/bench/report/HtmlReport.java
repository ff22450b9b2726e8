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
    return HtmlPage.of(
        "report.html",
        Map.of(
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

  private static List<Chart> charts(List<Comparison> tables) {
    var charts = new ArrayList<Chart>();
    for (Comparison table : tables) {
      charts.add(chart(table, "time relative to glibc (less is better)", Comparison.Row::ratio));
      charts.add(chart(table, "resident ÷ live bytes (less is better)", Comparison.Row::waste));
    }
    return charts.stream().filter(chart -> !chart.bars().isEmpty()).toList();
  }

  private static Chart chart(
      Comparison table, String measure, Function<Comparison.Row, @Nullable Double> value) {
    var bars = new ArrayList<Chart.Bar>();
    for (Comparison.Row row : table.rows()) {
      Double figure = value.apply(row);
      if (figure != null) {
        String label = String.format(Locale.ROOT, "%s %.2f", row.target(), figure);
        boolean ours = row.target().startsWith(TargetKind.SMALLOC4J.label());
        bars.add(new Chart.Bar(label, figure, ours));
      }
    }
    return new Chart(table.table().title() + ": " + measure, bars, null);
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
