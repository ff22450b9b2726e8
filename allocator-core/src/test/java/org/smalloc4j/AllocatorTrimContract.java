package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** trim takes nothing that is live, and what it gave back comes again as good as new. */
interface AllocatorTrimContract extends AllocatorContract {
  /** Sizes below, at and above an OS page. */
  int[] TRIMMED = {1, 64, 1000, 4096, 5000, 65_536, 200_000};

  private void addOfEverySize(BlockModel model, int rounds, SplittableRandom random) {
    for (int round = 0; round < rounds; round++) {
      for (int byteSize : TRIMMED) {
        model.add(allocator().malloc(byteSize), byteSize, random.nextLong());
      }
    }
  }

  @Test
  default void anUnusedAllocatorIsTrimmedWithoutEffect() {
    assertTrue(allocator().trim() >= 0);
    assertEquals(0, allocator().stats().liveBlocks());
  }

  @Test
  default void liveBlocksKeepAddressAndContentsThroughATrim() {
    SplittableRandom random = new SplittableRandom(20);
    BlockModel live = new BlockModel(allocator());
    BlockModel freed = new BlockModel(allocator());
    for (int i = 0; i < 50; i++) {
      addOfEverySize(live, 1, random);
      addOfEverySize(freed, 1, random);
    }
    freed.freeAll(random);
    assertTrue(allocator().trim() >= 0);
    live.check();
    checkAtRest(allocator(), live.addresses());
    live.freeAll(random);
  }

  @Test
  default void blocksAllocatedAfterATrimOverlapNoLiveOne() {
    SplittableRandom random = new SplittableRandom(21);
    BlockModel model = new BlockModel(allocator());
    for (int round = 0; round < 20; round++) {
      addOfEverySize(model, 10, random);
      for (int freed = model.size() / 2; freed > 0; freed--) {
        allocator().free(model.remove(random).address());
      }
      assertTrue(allocator().trim() >= 0);
      model.check();
    }
    checkAtRest(allocator(), model.addresses());
    model.freeAll(random);
    assertTrue(allocator().trim() >= 0);
  }

  @Test
  default void callocIsZeroAfterATrimOfDirtyMemory() {
    for (int keepEach : new int[] {Integer.MAX_VALUE, 3}) {
      List<Long> kept = new ArrayList<>();
      dirtyAndFreeBut(keepEach, kept);
      assertTrue(allocator().trim() >= 0);
      List<Long> zeroed = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        for (int byteSize : TRIMMED) {
          long p = allocator().calloc(byteSize);
          OffHeap.assertZero(p, byteSize, "calloc(" + byteSize + ") after trim");
          zeroed.add(p);
        }
      }
      kept.forEach(allocator()::free);
      zeroed.forEach(allocator()::free);
    }
  }

  private void dirtyAndFreeBut(int keepEach, List<Long> kept) {
    List<Long> freed = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      for (int byteSize : TRIMMED) {
        long p = allocator().malloc(byteSize);
        OffHeap.fill(p, byteSize, (byte) -1);
        (i % keepEach == 0 ? kept : freed).add(p);
      }
    }
    freed.forEach(allocator()::free);
  }

  @Test
  default void aSecondTrimInARowHasNothingToGive() {
    List<Long> kept = new ArrayList<>();
    dirtyAndFreeBut(3, kept);
    assertTrue(allocator().trim() >= 0);
    assertEquals(0, allocator().trim());
    kept.forEach(allocator()::free);
  }

  @Test
  default void trimWorksBesideThreadsThatAllocateAndFree() throws InterruptedException {
    Runnable trim = () -> assertTrue(allocator().trim() >= 0);
    Exchange exchange = new Exchange(allocator(), 4);
    new Crowd(22).runBeside(trim, 4, Crowd.PLATFORM, (_, random) -> exchange.trade(20_000, random));
    exchange.freeAll();
  }
}
