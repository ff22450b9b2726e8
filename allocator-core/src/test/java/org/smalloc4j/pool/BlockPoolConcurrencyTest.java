package org.smalloc4j.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smalloc4j.Allocator;
import org.smalloc4j.Crowd;
import org.smalloc4j.LimitedAllocator;
import org.smalloc4j.OffHeap;
import org.smalloc4j.OutOfMemoryFails;

@ExtendWith(OutOfMemoryFails.class)
class BlockPoolConcurrencyTest {
  private static final MemoryLayout PAIR = MemoryLayout.sequenceLayout(2, ValueLayout.JAVA_LONG);

  private final LimitedAllocator heap = new LimitedAllocator();

  @AfterEach
  void close() {
    assertEquals(0, heap.live());
    heap.close();
  }

  @Test
  void noBlockIsLiveTwiceWhicheverThreadsAcquireAndRelease() throws InterruptedException {
    try (BlockPool pool = BlockPool.of(heap, PAIR, 7)) {
      ConcurrentLinkedQueue<Long> handedOver = new ConcurrentLinkedQueue<>();
      new Crowd(11)
          .run(
              8,
              Crowd.MIXED,
              (index, random) -> {
                List<Long> own = new ArrayList<>();
                for (int i = 0; i < 40_000; i++) {
                  if (random.nextInt(100) < 50) {
                    long block = pool.acquire();
                    OffHeap.storeLong(block, index);
                    OffHeap.storeLong(block + 8, ~index);
                    own.add(block);
                  } else if (!own.isEmpty()) {
                    long block = own.remove(random.nextInt(own.size()));
                    assertEquals(index, OffHeap.loadLong(block));
                    assertEquals(~index, OffHeap.loadLong(block + 8));
                    if (random.nextBoolean()) {
                      pool.release(block);
                    } else {
                      handedOver.add(block);
                    }
                  }
                  Long others = random.nextInt(4) == 0 ? handedOver.poll() : null;
                  if (others != null) {
                    assertEquals(~OffHeap.loadLong(others), OffHeap.loadLong(others + 8));
                    pool.release(others);
                  }
                }
                own.forEach(pool::release);
              });
      assertEquals(handedOver.size(), pool.liveBlocks());
      handedOver.forEach(pool::release);
      assertEquals(0, pool.liveBlocks());
      assertEquals(pool.heldBlocks(), drain(pool));
    }
  }

  private static long drain(BlockPool pool) {
    long held = pool.heldBlocks();
    long drained = 0;
    while (drained < held) {
      pool.acquire();
      drained++;
    }
    assertEquals(held, pool.heldBlocks());
    return drained;
  }

  @Test
  void aBoundIsNeverPassedAndNeverRefusesWhereABlockIsLeftForEachThread()
      throws InterruptedException {
    int threads = 8;
    try (BlockPool pool = BlockPool.bounded(heap, PAIR, 3, threads)) {
      AtomicLong live = new AtomicLong();
      AtomicLong most = new AtomicLong();
      AtomicInteger refused = new AtomicInteger();
      new Crowd(12)
          .run(
              2 * threads,
              Crowd.PLATFORM,
              (_, _) -> {
                for (int i = 0; i < 20_000; i++) {
                  long block = pool.tryAcquire();
                  if (block == Allocator.NULL) {
                    refused.getAndIncrement();
                  } else {
                    most.accumulateAndGet(live.incrementAndGet(), Math::max);
                    live.decrementAndGet();
                    pool.release(block);
                  }
                }
              });
      assertTrue(most.get() <= threads, most + " live");
      assertTrue(pool.heldBlocks() <= threads);
      assertEquals(0, pool.liveBlocks());
      assertEquals(pool.heldBlocks(), drain(pool));
    }
  }

  @Test
  void aBoundedPoolServesAsManyThreadsAsItHasBlocks() throws InterruptedException {
    for (int round = 0; round < 300; round++) {
      try (BlockPool pool = BlockPool.bounded(heap, PAIR, 1, 4)) {
        // One block each, and never more than four threads: with chunks of one block nobody's
        // growth
        // holds another thread's block in its hands.
        new Crowd(13 + round)
            .run(
                4,
                Crowd.PLATFORM,
                (_, _) -> {
                  for (int i = 0; i < 50; i++) {
                    pool.release(pool.acquire());
                  }
                });
        assertEquals(0, pool.liveBlocks());
      }
    }
  }

  @Test
  void closeAgainstUseGivesEveryChunkBackOnce() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      BlockPool pool = BlockPool.of(heap, PAIR, 2);
      AtomicInteger closers = new AtomicInteger();
      new Crowd(14 + round)
          .run(
              4,
              Crowd.PLATFORM,
              (index, _) -> {
                if (index == 0) {
                  pool.close();
                  closers.getAndIncrement();
                  return;
                }
                try {
                  while (true) {
                    pool.acquire();
                  }
                } catch (IllegalStateException closed) {
                  assertTrue(closed.getMessage().contains("closed"), closed.getMessage());
                }
              });
      assertEquals(1, closers.get());
      assertEquals(0, heap.live());
    }
  }
}
