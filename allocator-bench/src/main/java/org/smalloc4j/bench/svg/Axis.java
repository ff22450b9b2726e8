package org.smalloc4j.bench.svg;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where values lie on a line of some length.
 *
 * @param least value at its begin
 * @param most value at its end
 * @param isLogarithmic whether equal lengths are equal ratios
 */
record Axis(double least, double most, boolean isLogarithmic) {

  private static final double DECADE = 10;
  private static final int TICKS = 5;

  /** From a power of ten to one, around all values, which are above 0. */
  static Axis decades(List<Double> values) {
    double least = values.stream().mapToDouble(v -> v).min().orElse(1);
    double most = values.stream().mapToDouble(v -> v).max().orElse(1);
    double from = Math.pow(DECADE, Math.floor(Math.log10(least)));
    double to = Math.pow(DECADE, Math.ceil(Math.log10(most)));
    return new Axis(from, Math.max(to, from * DECADE), true);
  }

  /** From 0 to a round number above all values. */
  static Axis fromZero(List<Double> values) {
    double most = values.stream().mapToDouble(v -> v).max().orElse(1);
    double step = Math.pow(DECADE, Math.floor(Math.log10(Math.max(most, 1e-9))));
    return new Axis(0, Math.max(step, Math.ceil(most / step) * step), false);
  }

  /** From 0 to 1 for the least and the most, and between them for others. */
  double position(double value) {
    double within = Math.clamp(value, least, most);
    return isLogarithmic
        ? Math.log(within / least) / Math.log(most / least)
        : (within - least) / (most - least);
  }

  /** Values to be marked. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (isLogarithmic) {
      for (double tick = least; tick <= most * 1.001; tick *= DECADE) {
        ticks.add(tick);
      }
    } else {
      for (int i = 0; i <= TICKS; i++) {
        ticks.add(least + (most - least) * i / TICKS);
      }
    }
    return ticks;
  }

  /** A value in three digits or so. */
  static String text(double value) {
    double size = Math.abs(value);
    String format =
        size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
