package org.smalloc4j.bench.micro;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.smalloc4j.bench.allocator.OffHeap;

/** What does a thread cost that allocates, writes and frees? */
public class ThreadStartBenchmark extends AllocatorBenchmark {
  private static final int PAIRS = 1_000;

  @Setup
  public void open() {
    open(1, true);
  }

  /** One block in a platform thread's life, the start of the thread included. */
  @Benchmark
  public void platform() throws InterruptedException {
    Thread.ofPlatform().start(this::pair).join();
  }

  /** One of 1,000 blocks in a virtual thread's life. */
  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public void virtual() throws InterruptedException {
    Thread.ofVirtual()
        .start(
            () -> {
              for (int i = 0; i < PAIRS; i++) {
                pair();
              }
            })
        .join();
  }

  private void pair() {
    long address = target.malloc(0, BYTE_SIZE);
    OffHeap.storeLong(address, address);
    target.free(0, address);
  }
}
