package org.smalloc4j.bench.suite;

import org.smalloc4j.bench.report.Digits;

/** What can be known of an allocator and a workload beside the time. */
public enum Figure {
  PEAK("peakBytes", "peak MiB", 1 << 20),
  FINAL("finalBytes", "final MiB", 1 << 20),
  FAULTS("pageFaultsPerOp", "faults/op", 1),
  SYSTEM_CALLS("systemCallsPerOp", "calls/op", 1),
  JAVA_BYTES("javaBytesPerOp", "heap B/op", 1),
  SHARED_WRITES("sharedWritesPerOp", "shared writes/op", 1),
  MOST_SHARED_WRITES("mostSharedWritesPerOp", "most of a thread", 1),
  P50("p50", "p50", 1),
  P99("p99", "p99", 1),
  P999("p999", "p99.9", 1),
  P9999("p9999", "p99.99", 1),
  MAX("max", "max", 1);

  private final String key;
  private final String heading;
  private final double unit;

  Figure(String key, String heading, double unit) {
    this.key = key;
    this.heading = heading;
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
    return Digits.of(value / unit);
  }
}
