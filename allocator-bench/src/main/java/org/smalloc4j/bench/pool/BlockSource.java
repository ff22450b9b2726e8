package org.smalloc4j.bench.pool;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.smalloc4j.Smalloc;
import org.smalloc4j.pool.BlockPool;

/**
 * Where blocks of 64 bytes come from, in one of the ways that {@link BlockPoolBenchmark} compares.
 */
abstract class BlockSource {
  /** Stays reachable: a heap that is not unmaps its blocks. */
  private static final Smalloc HEAP = Smalloc.create();

  static final MemoryLayout LAYOUT = MemoryLayout.sequenceLayout(8, ValueLayout.JAVA_LONG);
  static final int BLOCKS = 1024;

  abstract long acquire();

  abstract void release(long block);

  static BlockSource of(String name) {
    Smalloc heap = HEAP;
    return switch (name) {
      case "block-pool" -> new OfPool(BlockPool.of(heap, LAYOUT, BLOCKS));
      case "malloc" -> new OfHeap(heap);
      case "malloc-shared" -> new OfHeap(Smalloc.builder().ownedSlabs(false).build());
      case "jctools" -> new OfJctools(heap);
      case "agrona" -> new OfAgrona(heap);
      default -> throw new IllegalArgumentException("no source \"" + name + "\"");
    };
  }

  private static final class OfPool extends BlockSource {
    private final BlockPool pool;

    OfPool(BlockPool pool) {
      this.pool = pool;
    }

    @Override
    long acquire() {
      return pool.acquire();
    }

    @Override
    void release(long block) {
      pool.release(block);
    }
  }

  private static final class OfHeap extends BlockSource {
    private final Smalloc heap;

    OfHeap(Smalloc heap) {
      this.heap = heap;
    }

    @Override
    long acquire() {
      return heap.malloc(64);
    }

    @Override
    void release(long block) {
      heap.free(block);
    }
  }

  /** Boxed addresses in a queue, first in, first out: neither queue takes primitives. */
  private static final class OfJctools extends BlockSource {
    private final MpmcVarHandleArrayQueue<Long> free = new MpmcVarHandleArrayQueue<>(BLOCKS);

    OfJctools(Smalloc heap) {
      for (int i = 0; i < BLOCKS; i++) {
        free.add(heap.malloc(64));
      }
    }

    @Override
    long acquire() {
      return free.poll();
    }

    @Override
    void release(long block) {
      free.offer(block);
    }
  }

  private static final class OfAgrona extends BlockSource {
    private final ManyToManyConcurrentArrayQueue<Long> free =
        new ManyToManyConcurrentArrayQueue<>(BLOCKS);

    OfAgrona(Smalloc heap) {
      for (int i = 0; i < BLOCKS; i++) {
        free.add(heap.malloc(64));
      }
    }

    @Override
    long acquire() {
      return free.poll();
    }

    @Override
    void release(long block) {
      free.offer(block);
    }
  }
}
