package org.smalloc4j.bench.process;

import java.util.concurrent.atomic.LongAdder;

/** How often a class that {@link CountedClasses} made has written what several threads write. */
public final class SharedWrites {

  private static final LongAdder WRITES = new LongAdder();

  private SharedWrites() {}

  /** Called by the counted classes before each such write. */
  public static void count() {
    WRITES.increment();
  }

  /** Whether this JVM was started with the counted classes. */
  public static boolean areCounted() {
    return Boolean.getBoolean(CountedClasses.PROPERTY);
  }

  public static long sum() {
    return WRITES.sum();
  }
}
