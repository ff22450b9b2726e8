package org.smalloc4j.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A ranking as a picture: time to the right, memory upwards, both logarithmic, lines at 1.0, a bar
 * over each time's interval. The better an allocator, the nearer to the lower left corner. Circles
 * are written in Java, squares in C. Its colours are the page's.
 */
final class TimeMemoryChart {

  private static final double WIDTH = 480;
  private static final double HEIGHT = 380;
  private static final double MARGIN = 44;
  private static final double RIGHT = 20;
  private static final double LINE = 13;
  private static final double POINT = 5;
  private static final double LETTER = 6.7;
  private static final double[] TICKS = {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500};

  private final List<Box> taken = new ArrayList<>();
  private final StringBuilder svg = new StringBuilder();
  private final double least;
  private final double most;
  private final double leastMemory;
  private final double mostMemory;

  private TimeMemoryChart(List<Ranking.Row> rows) {
    least = 0.8 * rows.stream().mapToDouble(Ranking.Row::low).min().orElse(1);
    most = 1.8 * rows.stream().mapToDouble(Ranking.Row::high).max().orElse(1);
    leastMemory = 0.8 * rows.stream().mapToDouble(TimeMemoryChart::memory).min().orElse(1);
    mostMemory = 1.25 * rows.stream().mapToDouble(TimeMemoryChart::memory).max().orElse(1);
  }

  /** Empty if fewer than two allocators' memory is known. */
  static String of(Ranking ranking) {
    List<Ranking.Row> rows =
        ranking.rows().stream()
            .filter(row -> row.memory() != null)
            .sorted(Comparator.comparingDouble(TimeMemoryChart::memory).reversed())
            .toList();
    return rows.size() < 2 ? "" : new TimeMemoryChart(rows).draw(ranking.base(), rows);
  }

  private static double memory(Ranking.Row row) {
    return Objects.requireNonNull(row.memory());
  }

  private String draw(String base, List<Ranking.Row> rows) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"picture\" viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"time against"
                + " memory, relative to %s\">%n",
            WIDTH,
            HEIGHT,
            HtmlPage.escaped(base)));
    for (double tick : TICKS) {
      String kind = tick == 1 ? "one" : "grid";
      if (tick > least && tick < most) {
        line(kind, x(tick), LINE, x(tick), HEIGHT - MARGIN);
        text(x(tick), HEIGHT - MARGIN + LINE + 2, "middle", Digits.of(tick));
      }
      if (tick > leastMemory && tick < mostMemory) {
        line(kind, MARGIN, y(tick), WIDTH - RIGHT, y(tick));
        text(MARGIN - 4, y(tick) + 4, "end", Digits.of(tick));
      }
    }
    text(WIDTH / 2, HEIGHT - 6, "middle", "time × " + base + " →");
    text(4, 10, "start", "↑ memory × " + base);
    rows.forEach(this::point);
    // This project's first, where they are looked for.
    rows.stream()
        .sorted(Comparator.comparing(row -> !Chart.Bar.kindOf(row.target()).equals("ours")))
        .forEach(this::name);
    return svg.append("</svg>\n").toString();
  }

  private void point(Ranking.Row row) {
    String kind = Chart.Bar.kindOf(row.target());
    double x = x(row.time());
    double y = y(memory(row));
    line(kind, x(row.low()), y, x(row.high()), y);
    if (kind.equals("c")) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>%n",
              kind,
              x - POINT,
              y - POINT,
              2 * POINT,
              2 * POINT));
    } else {
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>%n",
              kind,
              x,
              y,
              POINT));
    }
    taken.add(new Box(x - POINT, y - POINT, x + POINT, y + POINT));
    taken.add(new Box(x(row.low()), y - 1, x(row.high()), y + 1));
  }

  /** Where it fits: beside, above or below its point, the nearest first. */
  private void name(Ranking.Row row) {
    double wide = LETTER * row.target().length();
    double x = x(row.time());
    double y = y(memory(row));
    for (double away = 0; away < HEIGHT; away += POINT) {
      for (double top : new double[] {y - LINE / 2 - away, y - LINE / 2 + away}) {
        double besides = Math.max(x(row.high()), x + POINT) + 3;
        double before = Math.min(x(row.low()), x - POINT) - 3 - wide;
        for (double left : new double[] {besides, before, x - wide / 2}) {
          var box = new Box(left, top, left + wide, top + LINE);
          if (box.isInside() && taken.stream().noneMatch(box::meets)) {
            taken.add(box);
            text(left, top + LINE - 3, "start", row.target());
            return;
          }
        }
      }
    }
  }

  /** What is taken already. */
  private record Box(double left, double top, double right, double bottom) {

    boolean meets(Box other) {
      return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }

    boolean isInside() {
      return left > MARGIN && right < WIDTH && top > LINE && bottom < HEIGHT - MARGIN;
    }
  }

  private double x(double time) {
    return MARGIN + Math.log(time / least) / Math.log(most / least) * (WIDTH - MARGIN - RIGHT);
  }

  private double y(double memory) {
    double height = Math.log(memory / leastMemory) / Math.log(mostMemory / leastMemory);
    return HEIGHT - MARGIN - height * (HEIGHT - MARGIN - LINE);
  }

  private void text(double x, double y, String anchor, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            HtmlPage.escaped(text)));
  }

  private void line(String kind, double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
            kind,
            x1,
            y1,
            x2,
            y2));
  }
}
