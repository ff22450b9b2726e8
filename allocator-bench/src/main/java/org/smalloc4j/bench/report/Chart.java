package org.smalloc4j.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bars from the left, less is better.
 *
 * @param most where a bar is cut off, null if nowhere
 */
public record Chart(String caption, List<Bar> bars, @Nullable Double most) {

  /** A bar with its text; those of this project have a colour of their own. */
  public record Bar(String label, double value, boolean ours) {}
}
