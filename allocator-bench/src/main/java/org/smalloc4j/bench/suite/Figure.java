package org.smalloc4j.bench.suite;

import java.util.Locale;

/** What can be known of an allocator and a workload beside the time. */
public enum Figure {
  PEAK("peakBytes", "peak MiB", "%,.1f", 1 << 20),
  FINAL("finalBytes", "final MiB", "%,.1f", 1 << 20),
  FAULTS("pageFaultsPerOp", "faults/op", "%.4f", 1),
  SYSTEM_CALLS("systemCallsPerOp", "calls/op", "%.5f", 1),
  JAVA_BYTES("javaBytesPerOp", "heap B/op", "%.1f", 1),
  SHARED_WRITES("sharedWritesPerOp", "shared writes/op", "%.4f", 1),
  P50("p50", "p50", "%,.0f", 1),
  P99("p99", "p99", "%,.0f", 1),
  P999("p999", "p99.9", "%,.0f", 1),
  P9999("p9999", "p99.99", "%,.0f", 1),
  MAX("max", "max", "%,.0f", 1);

  private final String key;
  private final String heading;
  private final String format;
  private final double unit;

  Figure(String key, String heading, String format, double unit) {
    this.key = key;
    this.heading = heading;
    this.format = format;
    this.unit = unit;
  }

  /** Its name in {@link Answer#also()} and in the result file. */
  public String key() {
    return key;
  }

  /** Its column in the tables. */
  public String heading() {
    return heading;
  }

  /** How it is written in a table. */
  public String text(double value) {
    return String.format(Locale.ROOT, format, value / unit);
  }
}
