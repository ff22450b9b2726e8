package org.smalloc4j.bench.process;

import java.util.concurrent.atomic.LongAdder;

/** How often a class that {@link CountedClasses} made has written what several threads write. */
public final class SharedWrites {

  private static final LongAdder WRITES = new LongAdder();
  private static final ThreadLocal<long[]> OF_THREAD = ThreadLocal.withInitial(() -> new long[1]);

  private SharedWrites() {}

  /** Called by the counted classes before each such write. */
  public static void count() {
    WRITES.increment();
    OF_THREAD.get()[0]++;
  }

  /** Whether this JVM was started with the counted classes. */
  public static boolean areCounted() {
    return Boolean.getBoolean(CountedClasses.PROPERTY);
  }

  /** Those of the calling thread. */
  public static long ofThisThread() {
    return OF_THREAD.get()[0];
  }

  /** Those of all threads. */
  public static long sum() {
    return WRITES.sum();
  }
}
