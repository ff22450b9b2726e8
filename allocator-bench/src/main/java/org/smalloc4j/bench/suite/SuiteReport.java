package org.smalloc4j.bench.suite;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.report.Chart;
import org.smalloc4j.bench.report.HtmlPage;

/** The report of a benchmark run. */
final class SuiteReport {

  /** Up to these ratios to the best a cell of the overview has its class, r0 and so on. */
  private static final double[] SHADES = {1.1, 1.5, 2.5, 8};

  private final Results results;
  private final Tables tables;

  SuiteReport(Results results) {
    this.results = results;
    this.tables = new Tables(results);
  }

  String html() throws IOException {
    return HtmlPage.of(
        "bench.html",
        Map.of(
            "facts", HtmlPage.facts(results.environment()),
            "overview", HtmlPage.table(Overview.of(results).table()),
            "matrix", matrix(),
            "rankings", rankings(),
            "tables",
                tables.workloads().stream().map(HtmlPage::table).collect(Collectors.joining()),
            "allocators", allocators()),
        charts());
  }

  private List<String> labels() {
    return results.answers().stream().map(Answer::allocator).distinct().toList();
  }

  private String rankings() {
    return labels().stream()
        .filter(Peer::isOurs)
        .map(tables::ranking)
        .map(HtmlPage::table)
        .collect(Collectors.joining());
  }

  /** A row for each workload, a column for each allocator. */
  private String matrix() {
    var html = new StringBuilder("<thead><tr><th>workload</th>");
    labels().forEach(label -> html.append("<th>").append(HtmlPage.escaped(label)).append("</th>"));
    html.append("</tr></thead><tbody>\n");
    for (String workload : results.workloads()) {
      html.append("<tr><td>").append(HtmlPage.escaped(workload)).append("</td>");
      List<Answer> ranked = results.ranked(workload);
      for (String label : labels()) {
        Optional<Answer> answer =
            ranked.stream().filter(a -> a.allocator().equals(label)).findFirst();
        html.append(answer.map(a -> cell(a, ranked.getFirst())).orElse("<td></td>"));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody>").toString();
  }

  private static String cell(Answer answer, Answer best) {
    Estimate estimate = answer.estimate();
    Estimate least = best.estimate();
    if (estimate == null || least == null) {
      return "<td>failed</td>";
    }
    double ratio = estimate.value() / least.value();
    int shade = 0;
    while (shade < SHADES.length && ratio > SHADES[shade]) {
      shade++;
    }
    return "<td class=\"r" + shade + "\">" + Tables.ratio(ratio) + "</td>";
  }

  private List<Chart> charts() {
    var charts = new ArrayList<>(overviews());
    results.workloads().forEach(workload -> charts.add(chart(workload)));
    return charts;
  }

  /** A chart for each kind of workloads. */
  private List<Chart> overviews() {
    Overview overview = Overview.of(results);
    var charts = new ArrayList<Chart>();
    for (int kind = 0; kind < overview.kinds().size(); kind++) {
      var bars = new ArrayList<Chart.Bar>();
      for (Overview.Row row : overview.rows()) {
        Double ratio = row.ratios().get(kind);
        if (ratio != null) {
          bars.add(Chart.Bar.of(row.allocator(), Tables.ratio(ratio), ratio));
        }
      }
      String name = overview.kinds().get(kind).label();
      charts.add(Chart.of("all " + name + ": time × mimalloc, geometric mean", bars, 1.0));
    }
    return charts;
  }

  private Chart chart(String workload) {
    var bars = new ArrayList<Chart.Bar>();
    String unit = "";
    for (Answer answer : results.ranked(workload)) {
      Estimate estimate = answer.estimate();
      if (estimate != null) {
        String figure = Tables.number(estimate.value());
        bars.add(Chart.Bar.of(answer.allocator(), figure, estimate.value()));
        unit = answer.unit();
      }
    }
    return Chart.of(workload + ": " + unit, bars, null);
  }

  private String allocators() {
    return labels().stream()
        .flatMap(label -> TargetKind.of(label).stream())
        .map(kind -> HtmlPage.row(List.of(kind.label(), version(kind), kind.description())))
        .collect(Collectors.joining());
  }

  private String version(TargetKind kind) {
    return results.answers().stream()
        .filter(answer -> answer.allocator().equals(kind.label()) && answer.version() != null)
        .map(answer -> String.valueOf(answer.version()))
        .distinct()
        .collect(Collectors.joining("; "));
  }
}
