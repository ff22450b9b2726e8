package org.smalloc4j.bench.report;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The mean for ratios: of twice as long and half as long it is as long. */
final class GeometricMean {

  private GeometricMean() {}

  /** Null if there is no value, or one is missing or not positive. */
  static @Nullable Double of(List<? extends @Nullable Double> values) {
    if (values.isEmpty() || values.stream().anyMatch(v -> v == null || v <= 0)) {
      return null;
    }
    double logs = values.stream().map(Objects::requireNonNull).mapToDouble(Math::log).sum();
    return Math.exp(logs / values.size());
  }
}
