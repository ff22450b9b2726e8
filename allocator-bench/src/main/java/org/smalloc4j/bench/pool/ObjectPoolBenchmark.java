package org.smalloc4j.bench.pool;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.smalloc4j.bench.allocator.OffHeap;

/**
 * What does it cost to take an object that stands for a block of 64 bytes, write to the block and
 * give the object back? With {@code -prof gc}: what does it cost of the Java heap?
 */
public class ObjectPoolBenchmark extends PoolBenchmark {
  /** A pool, a malloc and a new object each time, Netty's recycler, and queues of objects. */
  @Param({"object-pool", "malloc", "netty", "jctools", "agrona"})
  public String source = "";

  @SuppressWarnings("NullAway.Init")
  private ObjectSource orders;

  @Setup
  public void open() {
    orders = ObjectSource.of(source);
  }

  @Benchmark
  public void pair() {
    ObjectSource.Order order = orders.acquire();
    OffHeap.storeLong(order.address, order.address);
    orders.release(order);
  }
}
