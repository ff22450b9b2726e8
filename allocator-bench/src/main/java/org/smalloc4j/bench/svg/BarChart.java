package org.smalloc4j.bench.svg;

import java.util.List;
import org.smalloc4j.bench.svg.Svg.Anchor;

/**
 * Bars from the left in groups, each with its value; less is better.
 *
 * @param isLogarithmic whether the axis is; else it begins at 0
 */
public record BarChart(String title, boolean isLogarithmic, List<Group> groups) {

  /** Bars under a heading. */
  public record Group(String heading, List<Bar> bars) {}

  /** A value. */
  public record Bar(String label, double value, String colour) {}

  private static final double WIDTH = 760;
  private static final double LEFT = 170;
  private static final double RIGHT = 70;
  private static final double TOP = 34;
  private static final double BOTTOM = 26;
  private static final double ROW = 16;
  private static final double BAR = 12;
  private static final double GAP = 10;
  private static final double BASELINE = 10;
  private static final String GRID = "#e5e7eb";

  /** The chart as a document. */
  public String svg() {
    double rows = groups.stream().mapToDouble(group -> (group.bars.size() + 1) * ROW + GAP).sum();
    var svg = new Svg(WIDTH, TOP + rows + BOTTOM);
    svg.title(GAP, ROW + 2, title);
    Axis axis = axis();
    for (double tick : axis.ticks()) {
      svg.line(x(axis, tick), TOP, x(axis, tick), TOP + rows, GRID);
      svg.text(x(axis, tick), TOP + rows + ROW, Anchor.MIDDLE, Axis.text(tick));
    }
    double y = TOP;
    for (Group group : groups) {
      svg.title(GAP, y + BASELINE, group.heading);
      for (Bar bar : group.bars) {
        y += ROW;
        double end = x(axis, bar.value);
        svg.text(LEFT - GAP / 2, y + BASELINE, Anchor.END, bar.label);
        svg.rectangle(LEFT, y, Math.max(1, end - LEFT), BAR, bar.colour);
        svg.text(end + GAP / 2, y + BASELINE, Anchor.START, Axis.text(bar.value));
      }
      y += ROW + GAP;
    }
    return svg.toString();
  }

  private Axis axis() {
    List<Double> values =
        groups.stream().flatMap(group -> group.bars.stream()).map(Bar::value).toList();
    return isLogarithmic
        ? Axis.decades(values.stream().filter(value -> value > 0).toList())
        : Axis.fromZero(values);
  }

  private static double x(Axis axis, double value) {
    return LEFT + axis.position(value) * (WIDTH - LEFT - RIGHT);
  }
}
