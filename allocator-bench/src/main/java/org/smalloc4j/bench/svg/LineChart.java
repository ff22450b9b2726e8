package org.smalloc4j.bench.svg;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.smalloc4j.bench.svg.Svg.Anchor;
import org.smalloc4j.bench.svg.Svg.Point;

/**
 * Lines over marks that stand at equal distances, each named at its end.
 *
 * @param marks under the horizontal axis, and {@code below} says what they are
 * @param isLogarithmic whether the vertical axis is; else it begins at 0
 */
public record LineChart(
    String title, String below, List<String> marks, boolean isLogarithmic, List<Line> lines) {

  /** A value for each mark. */
  public record Line(String label, List<Double> values, String colour) {}

  private static final double WIDTH = 760;
  private static final double HEIGHT = 420;
  private static final double LEFT = 60;
  private static final double RIGHT = 190;
  private static final double TOP = 40;
  private static final double BOTTOM = 50;
  private static final double MARGIN = 10;
  private static final double LINE_HEIGHT = 15;
  private static final String GRID = "#e5e7eb";

  /** The chart as a document. */
  public String svg() {
    var svg = new Svg(WIDTH, HEIGHT);
    svg.title(MARGIN, 2 * MARGIN, title);
    Axis axis = axis();
    for (double tick : axis.ticks()) {
      svg.line(LEFT, y(axis, tick), WIDTH - RIGHT, y(axis, tick), GRID);
      svg.text(LEFT - MARGIN, y(axis, tick) + MARGIN / 2, Anchor.END, Axis.text(tick));
    }
    for (int i = 0; i < marks.size(); i++) {
      svg.text(x(i), HEIGHT - BOTTOM + 2 * MARGIN, Anchor.MIDDLE, marks.get(i));
    }
    svg.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - MARGIN, Anchor.MIDDLE, below);
    for (Line line : lines) {
      svg.curve(
          IntStream.range(0, line.values.size())
              .mapToObj(i -> new Point(x(i), y(axis, line.values.get(i))))
              .toList(),
          line.colour);
    }
    nameLines(svg, axis);
    return svg.toString();
  }

  /** From the highest end to the lowest, each name below the one before it. */
  private void nameLines(Svg svg, Axis axis) {
    double free = TOP - LINE_HEIGHT;
    List<Line> byEnd =
        lines.stream()
            .sorted(Comparator.comparingDouble(line -> y(axis, line.values.getLast())))
            .toList();
    for (int i = 0; i < byEnd.size(); i++) {
      Line line = byEnd.get(i);
      double lowest = HEIGHT - BOTTOM - (byEnd.size() - 1 - i) * LINE_HEIGHT;
      double y = Math.min(lowest, Math.max(free, y(axis, line.values.getLast())));
      svg.rectangle(WIDTH - RIGHT + 2 * MARGIN, y - 4, MARGIN, 8, line.colour);
      svg.text(WIDTH - RIGHT + 3.5 * MARGIN, y + 4, Anchor.START, line.label);
      free = y + LINE_HEIGHT;
    }
  }

  private Axis axis() {
    List<Double> values = lines.stream().flatMap(line -> line.values.stream()).toList();
    return isLogarithmic
        ? Axis.decades(values.stream().filter(value -> value > 0).toList())
        : Axis.fromZero(values);
  }

  private double x(int mark) {
    return LEFT
        + MARGIN
        + mark * (WIDTH - LEFT - RIGHT - 2 * MARGIN) / Math.max(1, marks.size() - 1);
  }

  private static double y(Axis axis, double value) {
    return HEIGHT - BOTTOM - axis.position(value) * (HEIGHT - TOP - BOTTOM);
  }
}
