package org.smalloc4j.bench.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Figures as text, in three digits at most: none here is known better. */
public final class Digits {

  /** Stands for a figure that is not known. */
  public static final String MISSING = "–";

  private static final int MOST = 3;
  private static final double NOTHING = 1e-6;
  private static final double PERCENT = 100;

  private Digits() {}

  /** Three digits; below 1 two, for that is as far as the columns of ratios go. */
  public static String of(@Nullable Double value) {
    if (value == null || !Double.isFinite(value)) {
      return MISSING;
    }
    double size = Math.abs(value);
    if (size < NOTHING) {
      return "0";
    }
    int digits = size < 1 ? MOST - 1 : MOST;
    BigDecimal rounded =
        BigDecimal.valueOf(value).round(new MathContext(digits, RoundingMode.HALF_UP));
    int exponent = rounded.precision() - rounded.scale() - 1;
    int decimals = Math.max(0, (exponent < 0 ? 1 : MOST - 1) - exponent);
    return String.format(Locale.ROOT, "%,." + decimals + "f", rounded);
  }

  /** As a multiple. */
  public static String times(double ratio) {
    return of(ratio) + " ×";
  }

  /** From one figure to another; only one if there is no way between. */
  public static String range(double low, double high) {
    return low == high ? MISSING : of(low) + "–" + of(high);
  }

  /** A share of 1 in per cent. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", PERCENT * share);
  }
}
