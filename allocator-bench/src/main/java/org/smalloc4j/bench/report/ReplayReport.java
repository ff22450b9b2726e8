package org.smalloc4j.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.trace.BundledTraces;
import org.smalloc4j.bench.trace.TraceSummary;

/** The report of a replay. */
final class ReplayReport {

  private ReplayReport() {}

  static String of(ReplayResults results) throws IOException {
    List<Comparison> tables = Comparison.of(results);
    return HtmlPage.of(
        "smalloc4j: replay of recorded programs",
        results.conclusion(),
        List.of(
            new Section("How to read it", HtmlPage.text("replay.html")),
            new Section("Charts", HtmlPage.text("charts.html") + HtmlPage.charts(charts(results))),
            new Section(
                "Tables",
                tables.stream()
                    .map(Comparison::table)
                    .map(HtmlPage::table)
                    .collect(Collectors.joining("", "<div class=\"tables\">\n", "</div>\n"))),
            traces(results.traces()),
            HtmlPage.allocators(versions(results.measurements())),
            HtmlPage.environment(results.environment())));
  }

  /** All replays of a mode together, then each. */
  private static List<Chart> charts(ReplayResults results) {
    List<Score> scores = results.scores();
    String base = Ranking.baseOf(scores.stream().map(Score::allocator).distinct().toList());
    var charts = new ArrayList<Chart>();
    for (String mode : results.measurements().stream().map(Measurement::mode).distinct().toList()) {
      List<Score> ofMode = scores.stream().filter(s -> s.workload().endsWith(", " + mode)).toList();
      charts.addAll(Chart.both("all " + mode, Ranking.of(ofMode, base)));
    }
    for (String workload : scores.stream().map(Score::workload).distinct().toList()) {
      List<Score> own = scores.stream().filter(s -> s.workload().equals(workload)).toList();
      charts.addAll(Chart.both(workload, Ranking.of(own, base)));
    }
    return charts;
  }

  private static Section traces(List<TraceSummary> traces) {
    List<List<String>> rows =
        traces.stream()
            .map(
                trace ->
                    List.of(
                        trace.name(),
                        BundledTraces.whatRan(trace.name()),
                        String.format(Locale.ROOT, "%,d", trace.events()),
                        String.format(Locale.ROOT, "%,d", trace.ids()),
                        String.format(Locale.ROOT, "%,d", trace.threads()),
                        Figures.mebibytes((double) trace.peakLiveBytes())))
            .toList();
    return new Section(
        "Workloads",
        HtmlPage.plain(
            List.of("trace", "what ran", "events", "blocks", "threads", "peak live MiB"), rows));
  }

  private static Map<String, Set<String>> versions(List<Measurement> measurements) {
    Map<String, Set<String>> versions = new LinkedHashMap<>();
    for (Measurement m : measurements) {
      Set<String> own = versions.computeIfAbsent(m.target(), target -> new TreeSet<>());
      if (m.version() != null) {
        own.add(m.version());
      }
    }
    return versions;
  }
}
