package org.smalloc4j.bench.pool;

import io.netty.util.Recycler;
import java.lang.foreign.MemorySegment;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;
import org.smalloc4j.Smalloc;
import org.smalloc4j.pool.ObjectPool;

/**
 * Where objects with a block come from, in one of the ways that {@link ObjectPoolBenchmark}
 * compares.
 */
abstract class ObjectSource {
  /** Stays reachable: a heap that is not unmaps its blocks. */
  private static final Smalloc HEAP = Smalloc.create();

  /** An object that stands for a block. */
  static final class Order {
    final long address;
    final Recycler.Handle<Order> handle;

    Order(long address, Recycler.Handle<Order> handle) {
      this.address = address;
      this.handle = handle;
    }
  }

  abstract Order acquire();

  abstract void release(Order order);

  static ObjectSource of(String name) {
    Smalloc heap = HEAP;
    return switch (name) {
      case "object-pool" -> new OfPool(heap);
      case "malloc" -> new OfHeap(heap);
      case "netty" -> new OfNetty(heap);
      case "jctools" -> new OfJctools(heap);
      case "agrona" -> new OfAgrona(heap);
      default -> throw new IllegalArgumentException("no source \"" + name + "\"");
    };
  }

  private static Order orderAt(long address) {
    return new Order(address, _ -> {});
  }

  private static final class OfPool extends ObjectSource {
    private final ObjectPool<Order> pool;

    OfPool(Smalloc heap) {
      pool = ObjectPool.of(heap, BlockSource.LAYOUT, BlockSource.BLOCKS, OfPool::order);
    }

    private static Order order(MemorySegment memory) {
      return orderAt(memory.address());
    }

    @Override
    Order acquire() {
      return pool.acquire();
    }

    @Override
    void release(Order order) {
      pool.release(order);
    }
  }

  /** A block and a new object each time. */
  private static final class OfHeap extends ObjectSource {
    private final Smalloc heap;

    OfHeap(Smalloc heap) {
      this.heap = heap;
    }

    @Override
    Order acquire() {
      return orderAt(heap.malloc(64));
    }

    @Override
    void release(Order order) {
      heap.free(order.address);
    }
  }

  /** A pool for each thread, of objects that keep their block. */
  private static final class OfNetty extends ObjectSource {
    private final Recycler<Order> recycler;

    OfNetty(Smalloc heap) {
      recycler =
          new Recycler<>() {
            @Override
            protected Order newObject(Handle<Order> handle) {
              return new Order(heap.malloc(64), handle);
            }
          };
    }

    @Override
    Order acquire() {
      return recycler.get();
    }

    @Override
    void release(Order order) {
      order.handle.recycle(order);
    }
  }

  private static final class OfJctools extends ObjectSource {
    private final MpmcVarHandleArrayQueue<Order> free =
        new MpmcVarHandleArrayQueue<>(BlockSource.BLOCKS);

    OfJctools(Smalloc heap) {
      for (int i = 0; i < BlockSource.BLOCKS; i++) {
        free.add(orderAt(heap.malloc(64)));
      }
    }

    @Override
    Order acquire() {
      return free.poll();
    }

    @Override
    void release(Order order) {
      free.offer(order);
    }
  }

  private static final class OfAgrona extends ObjectSource {
    private final ManyToManyConcurrentArrayQueue<Order> free =
        new ManyToManyConcurrentArrayQueue<>(BlockSource.BLOCKS);

    OfAgrona(Smalloc heap) {
      for (int i = 0; i < BlockSource.BLOCKS; i++) {
        free.add(orderAt(heap.malloc(64)));
      }
    }

    @Override
    Order acquire() {
      return free.poll();
    }

    @Override
    void release(Order order) {
      free.offer(order);
    }
  }
}
