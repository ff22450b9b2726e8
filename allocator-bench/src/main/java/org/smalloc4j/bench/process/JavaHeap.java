package org.smalloc4j.bench.process;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What this JVM has allocated; alone in its class, as the interface is HotSpot's. */
public final class JavaHeap {

  private JavaHeap() {}

  /** Bytes allocated on the Java heap by all threads so far, those that have ended included. */
  public static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
  }
}
