package org.smalloc4j.bench.program;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.random.FixedRandom;

/**
 * rpmalloc's benchmark: threads fill batches with blocks of 8 to 16,000 bytes, small ones linearly
 * more often, touch every OS page of them, hand them to the next thread and free what was handed to
 * them; an operation is one block.
 */
final class Rptest extends Program {

  private static final int BLOCKS = 128;
  private static final int LEAST = 8;
  private static final int MOST = 16_000;
  private static final int OS_PAGE = 4_096;
  private static final int SIZES = FixedRandom.SIZES;

  private final int batches;
  private final int[] sizes = fallingOff();

  /** Batch numbers; a batch lies in one mailbox or belongs to one thread. */
  private final AtomicIntegerArray mailboxes;

  private final int[] own;
  private final boolean[] filled;

  Rptest(int threads, int work) {
    super(threads, 2 * threads * BLOCKS);
    this.batches = work / threads / BLOCKS;
    this.mailboxes = new AtomicIntegerArray(threads);
    this.own = new int[threads];
    this.filled = new boolean[2 * threads];
    for (int thread = 0; thread < threads; thread++) {
      mailboxes.set(thread, thread);
      own[thread] = threads + thread;
    }
  }

  /** How often a size comes falls from {@link #LEAST} linearly to nothing at {@link #MOST}. */
  private static int[] fallingOff() {
    int[] sizes = new int[SIZES];
    for (int i = 0; i < SIZES; i++) {
      double fraction = 1 - Math.sqrt(1 - (i + 0.5) / SIZES);
      sizes[i] = LEAST + (int) (fraction * (MOST - LEAST));
    }
    return sizes;
  }

  @Override
  long run(int thread) {
    long random = FixedRandom.seed(thread);
    int batch = own[thread];
    for (int i = 0; i < batches; i++) {
      random = fill(batch, random);
      batch = mailboxes.getAndSet((thread + 1) % threads, batch);
      empty(batch);
    }
    own[thread] = batch;
    return (long) batches * BLOCKS;
  }

  private long fill(int batch, long seed) {
    long random = seed;
    for (int i = 0; i < BLOCKS; i++) {
      random = FixedRandom.next(random);
      int size = FixedRandom.size(sizes, random);
      long address = malloc(batch * BLOCKS + i, size);
      for (int offset = 0; offset < size; offset += OS_PAGE) {
        OffHeap.storeByte(address + offset, (byte) i);
      }
    }
    filled[batch] = true;
    return random;
  }

  private void empty(int batch) {
    if (!filled[batch]) {
      return;
    }
    filled[batch] = false;
    for (int i = 0; i < BLOCKS; i++) {
      int id = batch * BLOCKS + i;
      if (OffHeap.loadByte(address(id)) != (byte) i) {
        throw new ProgramException("a block has lost its first byte");
      }
      free(id);
    }
  }

  @Override
  void tidy(int thread) {
    empty(own[thread]);
    empty(mailboxes.get(thread));
  }
}
