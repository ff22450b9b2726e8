package org.smalloc4j.bench.report;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;

/**
 * Bars from the left, the shortest first; less is better.
 *
 * @param most where a bar is cut off, with a visible break; null if none is
 * @param line where a line crosses all bars, null if nowhere
 */
public record Chart(String caption, List<Bar> bars, @Nullable Double most, @Nullable Double line) {

  /** Bars beyond so many times the shortest are cut. */
  private static final double LONGEST_BAR = 8;

  /**
   * A bar with its text.
   *
   * @param kind "ours", "java" or "c", which have colours of their own
   */
  public record Bar(String label, double value, String kind) {

    /** Of an allocator, by the label that tables give it. */
    public static Bar of(String allocator, String figure, double value) {
      return new Bar(allocator + " " + figure, value, kindOf(allocator));
    }

    private static String kindOf(String allocator) {
      if (allocator.startsWith(TargetKind.SMALLOC4J.label())) {
        return "ours";
      }
      return TargetKind.of(allocator).map(kind -> !kind.isInC()).orElse(false) ? "java" : "c";
    }
  }

  /** Sorts the bars and cuts those that are much longer than the shortest. */
  public static Chart of(String caption, List<Bar> bars, @Nullable Double line) {
    List<Bar> sorted = bars.stream().sorted(Comparator.comparingDouble(Bar::value)).toList();
    double most = sorted.isEmpty() ? 1 : sorted.getFirst().value() * LONGEST_BAR;
    boolean cut = !sorted.isEmpty() && sorted.getLast().value() > most;
    return new Chart(caption, sorted, cut ? most : null, line);
  }
}
