package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A small allocator runs out of memory, says so, and recovers in full. */
interface AllocatorExhaustionContract extends AllocatorContract {
  /** Size of the blocks that exhaust the allocator. */
  long DRAINED = 256;

  /** Allocates until nothing is left. */
  private static long[] drain(Allocator small) {
    return LongStream.generate(() -> small.tryMalloc(DRAINED, 1))
        .takeWhile(address -> address != Allocator.NULL)
        .toArray();
  }

  private static void freeInRandomOrder(Allocator small, long[] live, SplittableRandom random) {
    for (int last = live.length - 1; last >= 0; last--) {
      int chosen = random.nextInt(last + 1);
      small.free(live[chosen]);
      live[chosen] = live[last];
    }
  }

  private static void assertDisjoint(long[] live) {
    long[] sorted = live.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] - sorted[i - 1] < DRAINED) {
        assertEquals(sorted[i - 1] + DRAINED, sorted[i], "next of two blocks");
      }
    }
  }

  @Test
  default void everyBlockIsServedOnceAndAgainAfterAllAreFreed() {
    try (Allocator small = newSmallAllocator()) {
      SplittableRandom random = new SplittableRandom(50);
      int capacity = 0;
      for (int use = 1; use <= 3; use++) {
        long[] live = drain(small);
        assertTrue(live.length > 0);
        assertEquals(use == 1 ? live.length : capacity, live.length, "blocks at use " + use);
        capacity = live.length;
        assertDisjoint(live);
        assertEquals(capacity, small.stats().liveBlocks());
        freeInRandomOrder(small, live, random);
        assertEquals(0, small.stats().liveBlocks());
        checkAtRest(small, List.of());
      }
    }
  }

  @Test
  default void nothingLeftIsOutOfMemoryThatNamesTheRequest() {
    try (Allocator small = newSmallAllocator()) {
      long[] live = drain(small);
      AllocatorStats full = small.stats();
      assertRefused(OutOfMemoryError.class, () -> small.malloc(DRAINED), DRAINED);
      assertRefused(OutOfMemoryError.class, () -> small.malloc(DRAINED - 1, 32), DRAINED - 1, 32);
      assertRefused(OutOfMemoryError.class, () -> small.calloc(DRAINED), DRAINED);
      assertRefused(OutOfMemoryError.class, () -> small.allocate(DRAINED, 1), DRAINED);
      assertRefused(OutOfMemoryError.class, () -> small.realloc(live[0], 5000), 5000);
      try (Arena arena = small.confinedArena()) {
        assertRefused(OutOfMemoryError.class, () -> arena.allocate(DRAINED), DRAINED);
      }
      assertEquals(Allocator.NULL, small.tryMalloc(DRAINED, 1));
      UnchangedFigures.check(full, small.stats(), "figures of a full heap");
    }
  }

  @Test
  default void aSingleFreedBlockCanBeHadAgain() {
    try (Allocator small = newSmallAllocator()) {
      long[] live = drain(small);
      SplittableRandom random = new SplittableRandom(51);
      for (int i = 0; i < 200; i++) {
        int chosen = random.nextInt(live.length);
        small.free(live[chosen]);
        live[chosen] = small.malloc(DRAINED);
        assertNotEquals(Allocator.NULL, live[chosen]);
        assertEquals(Allocator.NULL, small.tryMalloc(DRAINED, 1));
      }
      assertDisjoint(live);
    }
  }

  @Test
  default void contentsOfAFullAllocatorDoNotChange() {
    try (Allocator small = newSmallAllocator()) {
      SplittableRandom random = new SplittableRandom(52);
      BlockModel model = new BlockModel(small);
      for (long address : drain(small)) {
        model.add(address, DRAINED, random.nextLong());
      }
      assertRefused(OutOfMemoryError.class, () -> small.malloc(DRAINED));
      model.check();
      model.freeAll(random);
    }
  }

  @Test
  default void sixteenThreadsGetAsManyBlocksAsOne() throws InterruptedException {
    try (Allocator small = newSmallAllocator()) {
      long[] alone = drain(small);
      freeInRandomOrder(small, alone, new SplittableRandom(53));
      for (int use = 1; use <= 3; use++) {
        long[][] shares = new long[16][];
        new Crowd(54).run(16, Crowd.PLATFORM, (index, _) -> shares[index] = drain(small));
        long[] together = Stream.of(shares).flatMapToLong(LongStream::of).toArray();
        assertDisjoint(together);
        int missing = alone.length - together.length;
        assertTrue(
            missing >= 0 && missing <= mostHeldBack(),
            () -> missing + " of " + alone.length + " blocks were not to be had");
        new Crowd(55)
            .run(
                16,
                Crowd.MIXED,
                (index, random) -> freeInRandomOrder(small, shares[15 - index], random));
        assertEquals(0, small.stats().liveBlocks());
        checkAtRest(small, List.of());
      }
    }
  }
}
