package org.smalloc4j.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;

/**
 * A report as one HTML page that needs no other file. First the answer: a sentence, what speaks
 * against it, the ranking, and time against memory; then all else, folded.
 */
public final class HtmlPage {

  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private HtmlPage() {}

  /** Of an answer and what it is from. */
  public static String of(String title, Conclusion answer, List<Section> sections)
      throws IOException {
    Map<String, String> values =
        Map.of(
            "title", escaped(title),
            "style", resource("style.css"),
            "script", resource("page.js"),
            "answer", escaped(answer.sentence()),
            "doubts",
                answer.doubts().stream()
                    .map(doubt -> "<p class=\"doubt\">" + escaped(doubt) + "</p>\n")
                    .collect(Collectors.joining()),
            "ranking", table(answer.table()),
            "unranked", escaped(answer.unranked()),
            "picture", TimeMemoryChart.of(answer.ranking()),
            "contents", sections.stream().map(Section::link).collect(Collectors.joining("\n")),
            "sections", sections.stream().map(Section::folded).collect(Collectors.joining()));
    return PLACE
        .matcher(resource("page.html"))
        .replaceAll(place -> Matcher.quoteReplacement(values.getOrDefault(place.group(1), "")));
  }

  /** A text of this package. */
  public static String text(String name) throws IOException {
    return resource(name);
  }

  /** Charts beside each other, as many as there is room for. */
  public static String charts(List<Chart> charts) {
    return charts.stream()
        .map(Chart::html)
        .collect(Collectors.joining("", "<div class=\"charts\">\n", "</div>\n"));
  }

  /** What a result depends on. */
  public static Section environment(Environment environment) {
    return new Section(
        "Environment",
        "<dl>\n"
            + fact("machine", environment.cpu() + ", " + environment.cores() + " cores")
            + fact("system", environment.kernel())
            + fact("Java", environment.jvm())
            + fact("commit", environment.commit())
            + fact("date", environment.date())
            + fact("command", String.join(" ", environment.command()))
            + compiler(environment.compiler())
            + "</dl>\n");
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

  /** The allocators, each with the versions that were found. */
  public static Section allocators(Map<String, Set<String>> versions) {
    List<List<String>> rows =
        versions.entrySet().stream()
            .flatMap(
                entry ->
                    TargetKind.of(entry.getKey()).stream()
                        .map(
                            kind ->
                                List.of(
                                    kind.label(),
                                    String.join("; ", entry.getValue()),
                                    kind.description())))
            .toList();
    return new Section(
        "Allocators", plain(List.of("allocator", "version", "how it is used"), rows));
  }

  /** A table of text. */
  public static String plain(List<String> headings, List<List<String>> rows) {
    return "<div class=\"scroll\"><table class=\"plain\">" + body(headings, rows) + "</div>\n";
  }

  /** A table of figures under its title, which links can name. */
  public static String table(Table table) {
    return "<section class=\"table\" id=\""
        + Section.idOf(table.title())
        + "\"><h3>"
        + escaped(table.title())
        + "</h3>\n<div class=\"scroll\"><table class=\"figures\">"
        + body(table.headings(), table.rows())
        + "</div></section>\n";
  }

  private static String body(List<String> headings, List<List<String>> rows) {
    String head =
        headings.stream()
            .map(heading -> "<th>" + escaped(heading) + "</th>")
            .collect(Collectors.joining());
    return "<thead><tr>"
        + head
        + "</tr></thead><tbody>\n"
        + rows.stream().map(HtmlPage::row).collect(Collectors.joining())
        + "</tbody></table>";
  }

  private static String row(List<String> cells) {
    return cells.stream()
        .map(cell -> "<td>" + escaped(cell) + "</td>")
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }

  /** Text as HTML. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
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
