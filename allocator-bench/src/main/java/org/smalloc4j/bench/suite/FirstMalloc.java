package org.smalloc4j.bench.suite;

import java.time.Instant;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.allocator.TargetKind;

/** The main class of a JVM that prints the time of day at which it had a first block. */
final class FirstMalloc {

  private static final int BYTES = 64;

  private FirstMalloc() {}

  /** Takes the name of a {@link TargetKind}. */
  public static void main(String[] args) {
    ReplayTarget target = TargetKind.valueOf(args[0]).open(1, false);
    long address = target.malloc(0, BYTES);
    OffHeap.storeLong(address, address);
    Instant there = Instant.now();
    target.free(0, address);
    System.out.println(there);
  }
}
