package org.smalloc4j.bench.report;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The columns of a comparison table and how their figures are written. */
final class Figures {

  static final List<String> HEADINGS =
      List.of(
          "allocator",
          "ns/event",
          "best",
          "spread",
          "× glibc",
          "cold ns",
          "cold ×",
          "resident MiB",
          "live MiB",
          "waste",
          "");

  private static final String MISSING = "–";
  private static final double MIB = 1 << 20;

  private Figures() {}

  static List<String> cells(Comparison.Row row) {
    return List.of(
        row.target(),
        number("%,.1f", row.nanosPerEvent()),
        number("%,.1f", row.bestNanos()),
        row.spread() == null ? MISSING : Doubts.percent(row.spread()),
        number("%.2f", row.ratio()),
        number("%,.1f", row.coldNanos()),
        number("%.2f", row.coldRatio()),
        mebibytes(row.residentBytes()),
        mebibytes(row.liveBytes()),
        number("%.2f", row.waste()),
        row.note());
  }

  static String mebibytes(@Nullable Double bytes) {
    return number("%,.1f", bytes == null ? null : bytes / MIB);
  }

  private static String number(String format, @Nullable Double value) {
    return value == null ? MISSING : String.format(Locale.ROOT, format, value);
  }
}
