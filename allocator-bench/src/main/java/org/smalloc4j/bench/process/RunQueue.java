package org.smalloc4j.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long a thread stood ready while others had the CPUs, from the kernel's counters. */
public final class RunQueue {

  private static final Path OF_THIS_THREAD = Path.of("/proc/thread-self/schedstat");

  private RunQueue() {}

  /** Nanoseconds that the calling thread has waited until now; 0 if the system does not tell. */
  public static long waitedNanos() {
    try {
      return of(Files.readString(OF_THIS_THREAD));
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Nanoseconds that a thread has run, those that it has waited, and how often it was given a CPU.
   */
  static long of(String schedstat) {
    String[] columns = schedstat.strip().split(" ", -1);
    return columns.length == 3 ? Long.parseLong(columns[1]) : 0;
  }
}
