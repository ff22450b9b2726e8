package org.smalloc4j.bench.svg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.smalloc4j.bench.svg.BarChart.Bar;
import org.smalloc4j.bench.svg.BarChart.Group;
import org.smalloc4j.bench.svg.LineChart.Line;

class ChartsTest {

  private static final String RED = "#ff0000";
  private static final String BLUE = "#0000ff";

  private static double width(Elements chart, String colour) {
    return Elements.length(chart.filled("rect", colour).getFirst(), "width");
  }

  private static Elements bars(boolean isLogarithmic, double red, double blue) {
    var group = new Group("all", List.of(new Bar("red", red, RED), new Bar("blue", blue, BLUE)));
    return new Elements(new BarChart("bars", isLogarithmic, List.of(group)).svg());
  }

  @Test
  void aBarIsAsLongAsItsValueIsLarge() {
    Elements chart = bars(false, 4, 8);
    assertEquals(2 * width(chart, RED), width(chart, BLUE), 0.2);
  }

  @Test
  void barsOfALogarithmicChartGrowByEqualLengthsForEqualRatios() {
    Elements chart = bars(true, 11, 90);
    double decade = width(bars(true, 10, 100), BLUE);
    assertEquals(decade * Math.log10(90 / 11.0), width(chart, BLUE) - width(chart, RED), 0.2);
  }

  @Test
  void aBarTellsItsNameAndItsValue() {
    List<String> texts = bars(true, 12.34, 1234).texts();
    assertTrue(texts.containsAll(List.of("bars", "all", "red", "12.3", "1,234")), texts::toString);
  }

  @Test
  void whatIsMarkupInATextIsText() {
    var chart = new BarChart("a < b & c", false, List.of());
    assertTrue(new Elements(chart.svg()).texts().contains("a < b & c"), chart::svg);
  }

  private static Elements lines(double... values) {
    List<Double> all = Arrays.stream(values).boxed().toList();
    List<String> marks = List.of("1", "2", "4").subList(0, all.size());
    var line = new Line("red", all, RED);
    return new Elements(new LineChart("lines", "threads", marks, true, List.of(line)).svg());
  }

  @Test
  void aLineHasADotAtEachMarkAndLargerValuesAreHigher() {
    var dots = lines(10, 100, 1).filled("circle", RED);
    assertEquals(3, dots.size());
    List<Double> heights = dots.stream().map(dot -> Elements.length(dot, "cy")).toList();
    assertTrue(
        heights.get(1) < heights.get(0) && heights.get(0) < heights.get(2), heights::toString);
    assertEquals(heights.get(0) - heights.get(1), heights.get(2) - heights.get(0), 0.2);
  }

  @Test
  void namesOfLinesThatEndAtOnePlaceStandBelowEachOther() {
    var one = new Line("one", List.of(1.0, 5.0), RED);
    var two = new Line("two", List.of(2.0, 5.0), BLUE);
    var chart = new LineChart("lines", "threads", List.of("1", "2"), false, List.of(one, two));
    List<Double> places =
        new Elements(chart.svg())
            .named("text").stream()
                .filter(text -> List.of("one", "two").contains(text.getTextContent()))
                .map(text -> Elements.length(text, "y"))
                .toList();
    assertEquals(2, places.size());
    assertTrue(Math.abs(places.get(0) - places.get(1)) >= 12, places::toString);
  }

  @Test
  void aChartOfOneMarkIsADot() {
    assertFalse(lines(3).filled("circle", RED).isEmpty());
  }
}
