package org.smalloc4j.bench.report;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.Versions;

/** A report as one HTML page that needs no other file: a template of this package, filled in. */
public final class HtmlPage {

  private static final String CHART_LIBRARY =
      "/META-INF/resources/webjars/chart.js/" + Versions.CHART_JS + "/dist/chart.umd.js";

  private HtmlPage() {}

  /** Puts each value, which is HTML, where its name stands in double braces. */
  public static String of(String template, Map<String, String> values, List<Chart> charts)
      throws IOException {
    String page = resource(template).replace("{{style}}", resource("style.css"));
    for (Map.Entry<String, String> value : values.entrySet()) {
      page = page.replace("{{" + value.getKey() + "}}", value.getValue());
    }
    return page.replace("{{data}}", data(charts).replace("<", "\\u003c"))
        .replace("{{charts}}", resource("charts.js"))
        .replace("{{library}}", resource(CHART_LIBRARY).replace("</script", "<\\/script"));
  }

  /** What a result depends on, as items of a definition list. */
  public static String facts(Environment environment) {
    return fact("machine", environment.cpu() + ", " + environment.cores() + " cores")
        + fact("system", environment.kernel())
        + fact("Java", environment.jvm())
        + fact("commit", environment.commit())
        + fact("date", environment.date())
        + fact("command", String.join(" ", environment.command()))
        + compiler(environment.compiler());
  }

  private static String compiler(@Nullable String compiler) {
    if (compiler == null) {
      return "";
    }
    return fact(
        "C compiler",
        compiler.equals(Environment.NO_COMPILER)
            ? "none on this machine: the allocators in C were left out"
            : compiler);
  }

  private static String fact(String name, String value) {
    return "<dt>" + name + "</dt><dd>" + escaped(value) + "</dd>\n";
  }

  /** A table of figures under its title. */
  public static String table(Table table) {
    String head =
        table.headings().stream()
            .map(heading -> "<th>" + escaped(heading) + "</th>")
            .collect(Collectors.joining());
    String rows = table.rows().stream().map(HtmlPage::row).collect(Collectors.joining());
    return "<h3>"
        + escaped(table.title())
        + "</h3>\n<table class=\"figures\"><thead><tr>"
        + head
        + "</tr></thead><tbody>\n"
        + rows
        + "</tbody></table>\n";
  }

  /** A row of a table. */
  public static String row(List<String> cells) {
    return cells.stream()
        .map(cell -> "<td>" + escaped(cell) + "</td>")
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }

  /** Text as HTML. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String data(List<Chart> charts) throws IOException {
    return JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES).asString(charts);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no resource " + name + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
