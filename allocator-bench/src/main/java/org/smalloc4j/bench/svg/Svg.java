package org.smalloc4j.bench.svg;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A drawing on white ground, element by element; lengths are pixels, y grows downwards. */
public final class Svg {

  /** Where a text's position is. */
  public enum Anchor {
    START,
    MIDDLE,
    END
  }

  /** A position. */
  public record Point(double x, double y) {}

  private static final String INK = "#1f2937";
  private static final int DECIMALS = 1;

  private final StringBuilder elements = new StringBuilder();
  private final double width;
  private final double height;

  public Svg(double width, double height) {
    this.width = width;
    this.height = height;
    rectangle(0, 0, width, height, "#ffffff");
  }

  /** A filled rectangle. */
  public void rectangle(double x, double y, double w, double h, String colour) {
    element(
        "rect",
        "",
        Map.entry("x", number(x)),
        Map.entry("y", number(y)),
        Map.entry("width", number(w)),
        Map.entry("height", number(h)),
        Map.entry("fill", colour));
  }

  /** A line of one pixel. */
  public void line(double x1, double y1, double x2, double y2, String colour) {
    element(
        "line",
        "",
        Map.entry("x1", number(x1)),
        Map.entry("y1", number(y1)),
        Map.entry("x2", number(x2)),
        Map.entry("y2", number(y2)),
        Map.entry("stroke", colour));
  }

  /** A line of two pixels through some points, with a dot at each. */
  public void curve(List<Point> points, String colour) {
    String path =
        points.stream()
            .map(point -> number(point.x) + "," + number(point.y))
            .collect(Collectors.joining(" "));
    element(
        "polyline",
        "",
        Map.entry("points", path),
        Map.entry("fill", "none"),
        Map.entry("stroke", colour),
        Map.entry("stroke-width", "2"));
    for (Point point : points) {
      element(
          "circle",
          "",
          Map.entry("cx", number(point.x)),
          Map.entry("cy", number(point.y)),
          Map.entry("r", "2.5"),
          Map.entry("fill", colour));
    }
  }

  /** A text of one line. */
  public void text(double x, double y, Anchor anchor, String text) {
    element(
        "text",
        text,
        Map.entry("x", number(x)),
        Map.entry("y", number(y)),
        Map.entry("text-anchor", anchor.name().toLowerCase(Locale.ROOT)),
        Map.entry("fill", INK));
  }

  /** A text of one line, in bold type, from its start on. */
  public void title(double x, double y, String text) {
    element(
        "text",
        text,
        Map.entry("x", number(x)),
        Map.entry("y", number(y)),
        Map.entry("font-weight", "bold"),
        Map.entry("fill", INK));
  }

  @SafeVarargs
  private void element(String name, String content, Map.Entry<String, String>... attributes) {
    elements.append('<').append(name);
    for (Map.Entry<String, String> attribute : attributes) {
      elements.append(' ').append(attribute.getKey());
      elements.append("=\"").append(attribute.getValue()).append('"');
    }
    elements.append('>').append(escaped(content)).append("</").append(name).append(">\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** At most one decimal, and no trailing zeros. */
  private static String number(double value) {
    return BigDecimal.valueOf(value)
        .setScale(DECIMALS, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** The whole document. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$s\" height=\"%2$s\" viewBox=\"0 0"
            + " %1$s %2$s\" font-family=\"sans-serif\" font-size=\"12\">%n%3$s</svg>%n",
        number(width),
        number(height),
        elements);
  }
}
