package org.smalloc4j.bench.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of a comparison table and how their figures are written. */
final class Figures {

  private static final double MIB = 1 << 20;

  private Figures() {}

  static List<String> headings(String base) {
    return List.of(
        "allocator",
        "ns/event",
        "best",
        "spread",
        "JVMs",
        "× " + base,
        "cold ns",
        "cold ×",
        "resident MiB",
        "live MiB",
        "waste",
        "");
  }

  static List<String> cells(Comparison.Row row) {
    return List.of(
        row.target(),
        Digits.of(row.nanosPerEvent()),
        Digits.of(row.bestNanos()),
        row.spread() == null ? Digits.MISSING : Digits.percent(row.spread()),
        row.processes() == null ? "" : row.processes().toString(),
        Digits.of(row.ratio()),
        Digits.of(row.coldNanos()),
        Digits.of(row.coldRatio()),
        mebibytes(row.residentBytes()),
        mebibytes(row.liveBytes()),
        Digits.of(row.waste()),
        row.note());
  }

  static String mebibytes(@Nullable Double bytes) {
    return Digits.of(bytes == null ? null : bytes / MIB);
  }
}
