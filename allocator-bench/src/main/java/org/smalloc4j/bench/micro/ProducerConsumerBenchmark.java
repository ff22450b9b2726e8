package org.smalloc4j.bench.micro;

import java.util.Queue;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.infra.Control;
import org.smalloc4j.bench.allocator.OffHeap;

/**
 * What does a block of 64 bytes cost that one thread allocates and writes, and another reads and
 * frees?
 *
 * <p>Blocks are handed over in batches of 512, 16 batches go round. Both threads pass the same
 * number of blocks in the same time, so the score of each, and of both, is the time between two
 * blocks: 10 ns are 100 million blocks per second. A thread that waits for the other gives up when
 * an iteration ends; its last batch is then counted though not moved, one per iteration. The blocks
 * of {@code arena} are shared arenas here, as another thread closes them.
 */
public class ProducerConsumerBenchmark extends AllocatorBenchmark {
  private static final int BATCHES = 16;
  private static final int BLOCKS = 512;
  private static final int SPINS = 1024;

  /** The addresses of blocks with the ids from {@code firstId} on. */
  private static final class Batch {
    final int firstId;
    final long[] addresses = new long[BLOCKS];

    Batch(int firstId) {
      this.firstId = firstId;
    }
  }

  private final Queue<Batch> empty = new SpscVarHandleArrayQueue<>(BATCHES);
  private final Queue<Batch> full = new SpscVarHandleArrayQueue<>(BATCHES);

  @Setup
  public void open() {
    open(BATCHES * BLOCKS, true);
    for (int i = 0; i < BATCHES; i++) {
      empty.add(new Batch(i * BLOCKS));
    }
  }

  @Benchmark
  @Group("producerConsumer")
  @OperationsPerInvocation(BLOCKS)
  public void producer(Control control) {
    Batch batch = await(empty, control);
    if (batch == null) {
      return;
    }
    long[] addresses = batch.addresses;
    for (int i = 0; i < BLOCKS; i++) {
      long address = target.malloc(batch.firstId + i, BYTE_SIZE);
      OffHeap.storeLong(address, address);
      addresses[i] = address;
    }
    full.add(batch);
  }

  @Benchmark
  @Group("producerConsumer")
  @OperationsPerInvocation(BLOCKS)
  public long consumer(Control control) {
    Batch batch = await(full, control);
    if (batch == null) {
      return 0;
    }
    long[] addresses = batch.addresses;
    long read = 0;
    for (int i = 0; i < BLOCKS; i++) {
      long address = addresses[i];
      read += OffHeap.loadLong(address);
      target.free(batch.firstId + i, address);
    }
    empty.add(batch);
    return read;
  }

  /**
   * Null if the iteration ended first. Lets the other thread run now and then, should the two have
   * only one processor.
   */
  @SuppressWarnings("ThreadPriorityCheck")
  private static @Nullable Batch await(Queue<Batch> queue, Control control) {
    Batch batch = queue.poll();
    for (int spins = 1; batch == null && !control.stopMeasurement; spins++) {
      if (spins % SPINS == 0) {
        Thread.yield();
      } else {
        Thread.onSpinWait();
      }
      batch = queue.poll();
    }
    return batch;
  }
}
