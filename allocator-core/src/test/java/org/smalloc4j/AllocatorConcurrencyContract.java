package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads, few and many, allocate and free each other's blocks, and nobody sees the others. */
interface AllocatorConcurrencyContract extends AllocatorContract {

  private void trade(
      int threads, int operations, IntFunction<Thread.Builder> kind, Allocator allocator)
      throws InterruptedException {
    Exchange exchange = new Exchange(allocator, Math.min(threads, 64));
    int each = operations / slowness();
    new Crowd(threads).run(threads, kind, (_, random) -> exchange.trade(each, random));
    exchange.freeAll();
    assertEquals(0, allocator.stats().liveBlocks());
  }

  @ParameterizedTest
  @CsvSource({"2, 150000", "16, 20000", "128, 2500"})
  default void platformThreadsTradeBlocks(int threads, int operations) throws InterruptedException {
    trade(threads, operations, Crowd.PLATFORM, allocator());
  }

  @ParameterizedTest
  @CsvSource({"2, 150000", "16, 20000", "128, 2500", "4096, 80"})
  default void virtualThreadsTradeBlocks(int threads, int operations) throws InterruptedException {
    trade(threads, operations, Crowd.VIRTUAL, allocator());
  }

  @ParameterizedTest
  @CsvSource({"16, 20000", "4096, 80"})
  default void platformAndVirtualThreadsTradeBlocks(int threads, int operations)
      throws InterruptedException {
    trade(threads, operations, Crowd.MIXED, allocator());
  }

  @Test
  default void generationsOfShortLivedThreadsTradeBlocks() throws InterruptedException {
    Exchange exchange = new Exchange(allocator(), 16);
    for (int generation = 0; generation < 64; generation++) {
      new Crowd(generation)
          .run(64, Crowd.MIXED, (_, random) -> exchange.trade(50 / slowness(), random));
    }
    exchange.freeAll();
  }

  @Test
  default void threadsTradeBlocksOfASmallAllocator() throws InterruptedException {
    try (Allocator small = newSmallAllocator()) {
      trade(16, 10_000, Crowd.PLATFORM, small);
      trade(16, 10_000, Crowd.MIXED, small);
      checkAtRest(small, List.of());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  default void producersAllocateWhatConsumersFree(int pairs) throws InterruptedException {
    Exchange exchange = new Exchange(allocator(), pairs);
    CountDownLatch producing = new CountDownLatch(pairs);
    Crowd.Member producerOrConsumer =
        (index, random) -> {
          if (index % 2 == 0) {
            try {
              exchange.produce(200_000 / pairs / slowness(), random);
            } finally {
              producing.countDown();
            }
          } else {
            exchange.consumeUntil(() -> producing.getCount() == 0, random);
          }
        };
    new Crowd(40).run(2 * pairs, Crowd.PLATFORM, producerOrConsumer);
    exchange.freeAll();
  }

  @Test
  default void blocksOutliveTheThreadsThatAllocatedThem() throws InterruptedException {
    Exchange exchange = new Exchange(allocator(), 4);
    new Crowd(41).run(32, Crowd.PLATFORM, (_, random) -> exchange.produce(500, random));
    assertEquals(16_000, allocator().stats().liveBlocks());
    new Crowd(42).run(4, Crowd.PLATFORM, (_, random) -> exchange.trade(5000, random));
    exchange.freeAll();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 64, 4096})
  default void threadsThatUseASingleSizeDoNotMeetInABlock(int byteSize)
      throws InterruptedException {
    Crowd.Member pairs = (_, random) -> allocateAndFreePairs(byteSize, random);
    new Crowd(43).run(16, Crowd.PLATFORM, pairs);
  }

  private void allocateAndFreePairs(int byteSize, SplittableRandom random) {
    for (int i = 0; i < 20_000 / slowness(); i++) {
      long seed = random.nextLong();
      long first = allocator().malloc(byteSize);
      long second = allocator().malloc(byteSize);
      OffHeap.storeInt(first, (int) seed);
      OffHeap.storeInt(second, (int) ~seed);
      assertEquals((int) seed, OffHeap.loadInt(first), "first of two blocks");
      allocator().free(first);
      assertEquals((int) ~seed, OffHeap.loadInt(second), "second of two blocks");
      allocator().free(second);
    }
  }
}
