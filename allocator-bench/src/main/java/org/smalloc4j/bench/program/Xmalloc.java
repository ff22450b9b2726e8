package org.smalloc4j.bench.program;

import java.util.Queue;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.smalloc4j.bench.allocator.OffHeap;

/**
 * xmalloc: half of the threads allocate batches of 4,096 blocks of 64 bytes, the other half free
 * them; an operation is one block.
 */
final class Xmalloc extends Program {

  private static final int BLOCKS = 4_096;
  private static final int BYTES = 64;
  private static final int BATCHES_OF_A_PAIR = 4;

  private final int batches;
  private final Queue<Integer> empty;
  private final Queue<Integer> full;

  Xmalloc(int threads, int work) {
    super(threads, threads / 2 * BATCHES_OF_A_PAIR * BLOCKS);
    int inFlight = threads / 2 * BATCHES_OF_A_PAIR;
    this.batches = Math.max(1, work / BLOCKS / (threads / 2));
    this.empty = new MpmcVarHandleArrayQueue<>(inFlight);
    this.full = new MpmcVarHandleArrayQueue<>(inFlight);
    for (int batch = 0; batch < inFlight; batch++) {
      empty.add(batch);
    }
  }

  @Override
  long run(int thread) {
    boolean producer = thread % 2 == 0;
    for (int i = 0; i < batches; i++) {
      if (producer) {
        produce();
      } else {
        consume();
      }
    }
    return producer ? (long) batches * BLOCKS : 0;
  }

  private void produce() {
    int batch = await(empty);
    for (int i = 0; i < BLOCKS; i++) {
      mallocAndWrite(batch * BLOCKS + i, BYTES);
    }
    full.add(batch);
  }

  private void consume() {
    int batch = await(full);
    for (int i = 0; i < BLOCKS; i++) {
      int id = batch * BLOCKS + i;
      if (OffHeap.loadLong(address(id)) != address(id)) {
        throw new ProgramException("a block has lost its first 8 bytes");
      }
      free(id);
    }
    empty.add(batch);
  }

  /** Lets other threads run, of which there may be more than processors. */
  @SuppressWarnings("ThreadPriorityCheck")
  private static int await(Queue<Integer> queue) {
    Integer batch = queue.poll();
    while (batch == null) {
      Thread.yield();
      batch = queue.poll();
    }
    return batch;
  }
}
