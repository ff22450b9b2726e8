package org.smalloc4j.bench.process;

/** How many steps the classes that {@link SteppedClasses} made have taken, by thread. */
public final class Steps {

  private static final ThreadLocal<long[]> OF_THREAD = ThreadLocal.withInitial(() -> new long[1]);

  private Steps() {}

  /** Called by the stepped classes before each. */
  public static void count() {
    OF_THREAD.get()[0]++;
  }

  /** Those of the calling thread. */
  public static long ofThisThread() {
    return OF_THREAD.get()[0];
  }
}
