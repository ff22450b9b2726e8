package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.internal.slab.InvariantWalk;

/** Memory is used again whoever frees it, however many threads come and go. */
@ExtendWith(OutOfMemoryFails.class)
class SmallocOwnedSlabsTest {
  private static final int CHAIN_BYTES = 64 << 10;
  private static final int RUN_BYTES = 64 << 10;

  private final Smalloc heap = Smalloc.builder().name("owned slabs").build();

  @AfterEach
  void nothingIsLeftLive() {
    try (heap) {
      assertEquals(0, heap.stats().liveBlocks());
      InvariantWalk.check(heap.heap(), List.of());
    }
  }

  /** Runs threads one after the other; each frees blocks of its predecessors and leaves some. */
  private long takenBytesAfter(int threads, Thread.Builder kind) throws InterruptedException {
    Queue<Long> left = new ArrayDeque<>();
    SplittableRandom random = new SplittableRandom(21);
    for (int i = 0; i < threads; i++) {
      Thread thread =
          kind.start(
              () -> {
                for (int block = 0; block < 50; block++) {
                  left.add(heap.malloc(random.nextInt(1, 2000)));
                }
                while (left.size() > 200) {
                  heap.free(left.remove());
                }
              });
      thread.join();
    }
    left.forEach(heap::free);
    return heap.stats().takenBytes();
  }

  /**
   * Fails unless many threads take no more than a few do, once the main thread has its slab.
   *
   * @param owners how many of them own a slab at once
   */
  private void assertBounded(int few, int many, Thread.Builder kind, int owners)
      throws InterruptedException {
    takenBytesAfter(few, kind);
    long afterFew = takenBytesAfter(few, kind);
    long afterMany = takenBytesAfter(many, kind);
    assertTrue(afterMany <= 2 * owners * afterFew, () -> afterMany + " after " + afterFew);
  }

  @Test
  void shortPlatformThreadsTakeNoMoreHoweverManyTheyAre() throws InterruptedException {
    assertBounded(300, 6_000, Thread.ofPlatform(), 1);
  }

  @Test
  void shortVirtualThreadsTakeNoMoreHoweverManyTheyAre() throws InterruptedException {
    // The few may all run on one carrier.
    assertBounded(300, 20_000, Thread.ofVirtual(), Runtime.getRuntime().availableProcessors());
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 64", "1, 1, 1000", "1, 4, 64", "4, 1, 64", "3, 3, 300"})
  void producersAndConsumersTakeNoMoreThanIsInFlight(int producers, int consumers, int byteSize)
      throws InterruptedException {
    int inFlight = 1000;
    int blocksEach = 200_000;
    BlockingQueue<Long> queue = new ArrayBlockingQueue<>(inFlight);
    AtomicLong toFree = new AtomicLong((long) producers * blocksEach);
    new Crowd(22)
        .run(
            producers + consumers,
            Crowd.PLATFORM,
            (index, _) -> {
              if (index < producers) {
                for (int i = 0; i < blocksEach; i++) {
                  queue.put(heap.malloc(byteSize));
                }
              } else {
                while (toFree.getAndDecrement() > 0) {
                  heap.free(queue.take());
                }
              }
            });
    int threads = producers + consumers;
    long slotBytes = Long.highestOneBit(byteSize * 2L - 1);
    // For each producer's slab: what is in flight, its run, and a chain in each consumer's outbox.
    long bound = (inFlight + threads) * slotBytes + RUN_BYTES + (long) consumers * CHAIN_BYTES;
    long taken = heap.stats().takenBytes();
    assertTrue(taken <= producers * bound, () -> taken + " bytes taken, bound " + bound);
  }

  @Test
  void targetsThatDisplaceEachOtherInTheOutboxLoseNothing() throws InterruptedException {
    int owners = 9; // more than an outbox has targets
    List<Queue<Long>> queues = new ArrayList<>();
    for (int i = 0; i < owners; i++) {
      queues.add(new ConcurrentLinkedQueue<>());
    }
    long[] taken = new long[2];
    for (int use = 0; use < 2; use++) {
      int rounds = use == 0 ? 20 : 400;
      for (int round = 0; round < rounds; round++) {
        new Crowd(23)
            .run(
                owners,
                Crowd.PLATFORM,
                (index, random) -> {
                  for (int i = 0; i < 200; i++) {
                    queues.get(index).add(heap.malloc(16 << random.nextInt(4)));
                  }
                });
        for (int i = 0; i < 200; i++) {
          queues.forEach(queue -> heap.free(queue.remove()));
        }
      }
      taken[use] = heap.stats().takenBytes();
    }
    assertTrue(taken[1] <= 2 * taken[0], () -> taken[1] + " bytes after " + taken[0]);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 100, 200})
  void moreThreadsThanSlabsTradeBlocks(int threads) throws InterruptedException {
    Exchange exchange = new Exchange(heap, 8);
    new Crowd(24)
        .run(threads, Crowd.PLATFORM, (_, random) -> exchange.trade(200_000 / threads, random));
    exchange.freeAll();
  }

  @Test
  void ownersAndVirtualThreadsTradeBlocksWhileTheHeapIsTrimmed() throws InterruptedException {
    Exchange exchange = new Exchange(heap, 8);
    new Crowd(25)
        .runBeside(heap::trim, 16, Crowd.MIXED, (_, random) -> exchange.trade(20_000, random));
    exchange.freeAll();
  }

  @Test
  void threadsThatDieWithAFullStashAndOutboxLoseNothing() throws InterruptedException {
    Exchange exchange = new Exchange(heap, 4);
    for (int generation = 0; generation < 200; generation++) {
      new Crowd(generation).run(4, Crowd.PLATFORM, (_, random) -> exchange.trade(500, random));
    }
    exchange.freeAll();
  }
}
