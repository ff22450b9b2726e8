package org.smalloc4j.bench.suite;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.report.Chart;
import org.smalloc4j.bench.report.Digits;
import org.smalloc4j.bench.report.HtmlPage;
import org.smalloc4j.bench.report.Ranking;
import org.smalloc4j.bench.report.Section;
import org.smalloc4j.bench.report.Table;

/** The report of a benchmark run. */
final class SuiteReport {

  /**
   * Up to these ratios to the least a cell has its shade: r1 and so on; r0 shares the first rank.
   */
  private static final double[] SHADES = {1.0, 1.5, 2.5, 8};

  private final Results results;
  private final Scores scores;
  private final Tables tables;

  SuiteReport(Results results) {
    this.results = results;
    this.scores = new Scores(results);
    this.tables = new Tables(results);
  }

  String html() throws IOException {
    return HtmlPage.of(
        "smalloc4j beside what could be used instead",
        results.conclusion(),
        List.of(
            new Section("How to read it", HtmlPage.text("bench.html")),
            new Section("Overview", together(tables.overviews())),
            new Section("Every workload", matrices()),
            new Section("Charts", HtmlPage.text("charts.html") + HtmlPage.charts(charts())),
            new Section("Tables", together(tables.workloads())),
            workloads(),
            HtmlPage.allocators(versions()),
            HtmlPage.environment(results.environment())));
  }

  private static String together(List<Table> tables) {
    return tables.stream()
        .map(HtmlPage::table)
        .collect(Collectors.joining("", "<div class=\"tables\">\n", "</div>\n"));
  }

  private String matrices() {
    return "<p>Relative to mimalloc if it has done it. The darkest shares the first rank, the next"
        + " take up to 1.5 and 2.5 times the least.</p>\n"
        + matrix("time ×", Ranking.Row::time, row -> row.first() == 1)
        + matrix("memory ×", Ranking.Row::memory, row -> false);
  }

  /** A row for each workload, a column for each allocator. */
  private String matrix(
      String what,
      Function<Ranking.Row, @Nullable Double> value,
      Function<Ranking.Row, Boolean> first) {
    List<String> labels = results.allocators();
    var html = new StringBuilder("<div class=\"scroll\"><table class=\"matrix\"><thead><tr><th>");
    html.append(what).append("</th>");
    labels.forEach(label -> html.append("<th>").append(HtmlPage.escaped(label)).append("</th>"));
    html.append("</tr></thead><tbody>\n");
    for (String workload : results.workloads()) {
      List<Ranking.Row> rows =
          scores.in(workload).rows().stream().filter(row -> value.apply(row) != null).toList();
      double least = rows.stream().mapToDouble(row -> orNothing(value.apply(row))).min().orElse(1);
      if (!rows.isEmpty()) {
        html.append("<tr><td><a href=\"#").append(Section.idOf(workload)).append("\">");
        html.append(HtmlPage.escaped(workload)).append("</a></td>");
        for (String label : labels) {
          Optional<Ranking.Row> row =
              rows.stream().filter(r -> r.target().equals(label)).findFirst();
          html.append(
              row.map(r -> cell(orNothing(value.apply(r)), least, first.apply(r)))
                  .orElse("<td></td>"));
        }
        html.append("</tr>\n");
      }
    }
    return html.append("</tbody></table></div>\n").toString();
  }

  private static double orNothing(@Nullable Double value) {
    return value == null ? 0 : value;
  }

  private static String cell(double value, double least, boolean first) {
    int shade = 0;
    while (!first && shade < SHADES.length && value > least * SHADES[shade]) {
      shade++;
    }
    return "<td class=\"r" + shade + "\">" + Digits.of(value) + "</td>";
  }

  /** All of a kind together, then each. */
  private List<Chart> charts() {
    var charts = new ArrayList<Chart>();
    scores.byKind().forEach((kind, ranking) -> charts.addAll(Chart.both("all " + kind, ranking)));
    results.workloads().forEach(name -> charts.addAll(Chart.both(name, scores.in(name))));
    return charts;
  }

  private Section workloads() {
    List<List<String>> rows =
        Workload.all().stream()
            .filter(workload -> results.workloads().contains(workload.name()))
            .map(w -> List.of(w.name(), w.kind().label(), w.description()))
            .toList();
    return new Section(
        "Workloads", HtmlPage.plain(List.of("workload", "one of", "what is done"), rows));
  }

  private Map<String, Set<String>> versions() {
    Map<String, Set<String>> versions = new LinkedHashMap<>();
    for (Answer answer : results.answers()) {
      Set<String> own = versions.computeIfAbsent(answer.allocator(), label -> new TreeSet<>());
      Stream.ofNullable(answer.version()).forEach(own::add);
    }
    return versions;
  }
}
