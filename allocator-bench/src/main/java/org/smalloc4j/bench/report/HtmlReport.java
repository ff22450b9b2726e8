package org.smalloc4j.bench.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.allocator.Versions;
import org.smalloc4j.bench.replay.Measurement;
import org.smalloc4j.bench.trace.TraceSummary;

/** The report as one HTML page that needs no other file. */
final class HtmlReport {

  private static final String CHART_LIBRARY =
      "/META-INF/resources/webjars/chart.js/" + Versions.CHART_JS + "/dist/chart.umd.js";

  private HtmlReport() {}

  static String of(ReplayResults results) throws IOException {
    List<Comparison> tables = Comparison.of(results);
    return resource("report.html")
        .replace("{{facts}}", facts(results.environment()))
        .replace("{{traces}}", traces(results.traces()))
        .replace("{{allocators}}", allocators(results.measurements()))
        .replace("{{tables}}", tables.stream().map(HtmlReport::table).collect(Collectors.joining()))
        .replace("{{data}}", data(tables).replace("<", "\\u003c"))
        .replace("{{charts}}", resource("charts.js"))
        .replace("{{library}}", resource(CHART_LIBRARY).replace("</script", "<\\/script"));
  }

  private static String facts(Environment environment) {
    return fact("machine", environment.cpu() + ", " + environment.cores() + " cores")
        + fact("system", environment.kernel())
        + fact("Java", environment.jvm())
        + fact("commit", environment.commit())
        + fact("date", environment.date())
        + fact("command", String.join(" ", environment.command()));
  }

  private static String fact(String name, String value) {
    return "<dt>" + name + "</dt><dd>" + escaped(value) + "</dd>\n";
  }

  private static String traces(List<TraceSummary> traces) {
    return traces.stream()
        .map(
            trace ->
                row(
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
        .map(kind -> row(List.of(kind.label(), versions(kind, measurements), kind.description())))
        .collect(Collectors.joining());
  }

  private static String versions(TargetKind kind, List<Measurement> measurements) {
    return measurements.stream()
        .filter(m -> m.target().equals(kind.label()) && m.version() != null)
        .map(m -> String.valueOf(m.version()))
        .distinct()
        .collect(Collectors.joining("; "));
  }

  private static String table(Comparison comparison) {
    String head =
        Figures.HEADINGS.stream()
            .map(heading -> "<th>" + escaped(heading) + "</th>")
            .collect(Collectors.joining());
    String rows =
        comparison.rows().stream()
            .map(Figures::cells)
            .map(HtmlReport::row)
            .collect(Collectors.joining());
    return "<h3>"
        + escaped(comparison.title() + ", " + comparison.mode())
        + "</h3>\n<table class=\"figures\"><thead><tr>"
        + head
        + "</tr></thead><tbody>\n"
        + rows
        + "</tbody></table>\n";
  }

  /** For the charts; a figure that is missing is a null there. */
  private static String data(List<Comparison> tables) throws IOException {
    return JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).asString(tables);
  }

  private static String row(List<String> cells) {
    return cells.stream()
        .map(cell -> "<td>" + escaped(cell) + "</td>")
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no resource " + name + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
