package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.internal.slab.InvariantWalk;

/** Threads whose ids lead them all to one slab: the races on its words are as many as can be. */
@ExtendWith(OutOfMemoryFails.class)
class SmallocContentionTest {
  private final Smalloc heap =
      Smalloc.builder().regionBits(SmallHeap.REGION_BITS).ownedSlabs(false).build();

  @AfterEach
  void nothingIsLeftLive() {
    try (heap) {
      assertEquals(0, heap.stats().liveBlocks());
      InvariantWalk.check(heap.heap(), List.of());
    }
  }

  /** Runs threads whose ids are equal modulo the number of slabs. */
  private static void runInOneSlab(int threads, Crowd.Member member) throws InterruptedException {
    Crowd crowd = new Crowd(threads);
    List<Thread> unstarted = new ArrayList<>();
    while (unstarted.size() < threads) {
      Thread thread = crowd.unstarted(Thread.ofPlatform(), unstarted.size(), member);
      if (thread.threadId() % SmallHeap.SLABS == 1) {
        unstarted.add(thread);
      }
    }
    crowd.run(unstarted);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 16, 64})
  void threadsOfOneSlabTradeBlocks(int threads) throws InterruptedException {
    Exchange exchange = new Exchange(heap, 4);
    runInOneSlab(threads, (_, random) -> exchange.trade(200_000 / threads, random));
    exchange.freeAll();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 16})
  void threadsOfOneSlabPopAndPushInOtherOrders(int threads) throws InterruptedException {
    runInOneSlab(threads, (_, random) -> popAndPush(300_000 / threads, random));
  }

  /** Holds a few 4-byte blocks, all link, and frees them in turn: the pattern of ABA. */
  private void popAndPush(int steps, SplittableRandom random) {
    Queue<Block> held = new ArrayDeque<>();
    for (int i = 0; i < steps; i++) {
      if (held.size() < 3) {
        held.add(Block.write(heap.malloc(4), 4, random.nextLong()));
      } else {
        Block block = held.remove();
        block.check();
        heap.free(block.address());
        if (random.nextBoolean()) {
          held.add(held.remove());
        }
      }
    }
    held.forEach(block -> heap.free(block.address()));
  }

  @Test
  void threadsOfOneSlabClaimEachFreshSlotOnce() throws InterruptedException {
    int threads = 8;
    int each = SmallHeap.slots(2) / threads;
    long[][] shares = new long[threads][each];
    Crowd.Member claim =
        (index, random) -> {
          for (int i = 0; i < each; i++) {
            shares[index][i] = heap.malloc(4);
            OffHeap.storeInt(shares[index][i], index);
          }
        };
    runInOneSlab(threads, claim);
    for (int index = 0; index < threads; index++) {
      for (long address : shares[index]) {
        assertEquals(index, OffHeap.loadInt(address));
        heap.free(address);
      }
    }
  }
}
