package org.smalloc4j.bench.report;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;

/**
 * Bars from the left, the shortest first; less is better. Drawn as a table, so that it is text in
 * every window and needs no script.
 *
 * @param most where a bar is cut off, with a visible break; null if none is
 * @param line where a line crosses all bars, null if nowhere
 */
public record Chart(String caption, List<Bar> bars, @Nullable Double most, @Nullable Double line) {

  /** Bars beyond so many times the shortest are cut, if they are twice the middle one and line. */
  private static final double LONGEST_BAR = 8;

  private static final double MARGIN = 1.03;
  private static final double PERCENT = 100;

  /**
   * A bar with its text.
   *
   * @param low end of the interval that is drawn over it
   * @param high its other end; there is none if both are the value
   * @param kind "ours", "java" or "c", which look different
   */
  public record Bar(
      String label, String figure, double value, double low, double high, String kind) {

    /** Of an allocator, by the label that tables give it. */
    public static Bar of(String allocator, String figure, double value) {
      return of(allocator, figure, value, value, value);
    }

    /** With an interval. */
    public static Bar of(String allocator, String figure, double value, double low, double high) {
      return new Bar(allocator, figure, value, low, high, kindOf(allocator));
    }

    static String kindOf(String allocator) {
      if (allocator.startsWith(TargetKind.SMALLOC4J.label())) {
        return "ours";
      }
      return TargetKind.of(allocator).map(kind -> !kind.isInC()).orElse(false) ? "java" : "c";
    }
  }

  /** Sorts the bars and cuts those that are much longer than the others. */
  public static Chart of(String caption, List<Bar> bars, @Nullable Double line) {
    List<Bar> sorted = bars.stream().sorted(Comparator.comparingDouble(Bar::value)).toList();
    if (sorted.isEmpty()) {
      return new Chart(caption, sorted, null, line);
    }
    double middle = sorted.get((sorted.size() - 1) / 2).value;
    double most = Math.max(LONGEST_BAR * sorted.getFirst().value, 2 * middle);
    most = line == null ? most : Math.max(most, 2 * line);
    return new Chart(caption, sorted, sorted.getLast().value > most ? most : null, line);
  }

  /** Time and memory of those that a ranking ranks; no chart of what is not known. */
  public static List<Chart> both(String about, Ranking ranking) {
    List<Bar> times =
        ranking.rows().stream()
            .map(r -> Bar.of(r.target(), Digits.of(r.time()), r.time(), r.low(), r.high()))
            .toList();
    List<Bar> memory = ranking.rows().stream().flatMap(Chart::memory).toList();
    String than = " × " + ranking.base();
    return Stream.of(
            of(about + ": time" + than, times, 1.0), of(about + ": memory" + than, memory, 1.0))
        .filter(chart -> !chart.bars.isEmpty())
        .toList();
  }

  private static Stream<Bar> memory(Ranking.Row row) {
    Double memory = row.memory();
    return memory == null
        ? Stream.empty()
        : Stream.of(Bar.of(row.target(), Digits.of(memory), memory));
  }

  /** As HTML. */
  String html() {
    double longest =
        bars.stream().mapToDouble(bar -> Math.max(bar.value, bar.high)).max().orElse(1);
    double end = most != null ? most : MARGIN * Math.max(longest, line == null ? 0 : line);
    var html = new StringBuilder("<figure><figcaption>");
    html.append(HtmlPage.escaped(caption)).append("</figcaption>\n<table class=\"bars\"");
    if (line != null) {
      html.append(" style=\"--line:").append(percent(line / end)).append('"');
    }
    html.append(">\n");
    for (Bar bar : bars) {
      html.append("<tr><th>").append(HtmlPage.escaped(bar.label)).append("</th><td>");
      html.append("<i class=\"").append(bar.kind).append(bar.value > end ? " cut" : "");
      html.append("\" style=\"width:").append(percent(Math.min(1, bar.value / end)));
      html.append("\"></i>");
      if (bar.high > bar.low && bar.value <= end) {
        double high = Math.min(1, bar.high / end);
        html.append("<b style=\"left:").append(percent(bar.low / end)).append(";width:");
        html.append(percent(high - bar.low / end)).append("\"></b>");
      }
      html.append("</td><td>").append(HtmlPage.escaped(bar.figure)).append("</td></tr>\n");
    }
    return html.append("</table></figure>\n").toString();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f%%", PERCENT * share);
  }
}
