package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.smalloc4j.AllocatorStats.SizeClassStats;

/** The figures add up, at rest exactly and under way within their bounds. */
interface AllocatorStatsContract extends AllocatorContract {

  private static void checkLaws(AllocatorStats stats) {
    String all = stats.toString();
    assertTrue(stats.liveBytes() <= stats.takenBytes(), all);
    assertTrue(stats.takenBytes() <= stats.reservedBytes(), all);
    assertTrue(stats.takenBytes() <= stats.limitBytes(), all);
    assertTrue(stats.liveBlocks() >= 0 && stats.refusedBits() >= 0, all);
    checkSums(stats);
  }

  private static void checkSums(AllocatorStats stats) {
    String all = stats.toString();
    long blocks = 0;
    long bytes = 0;
    long slotBytesBefore = 0;
    for (SizeClassStats sizeClass : stats.sizeClasses()) {
      assertTrue(sizeClass.slotBytes() > slotBytesBefore, all);
      slotBytesBefore = sizeClass.slotBytes();
      blocks += sizeClass.liveBlocks();
      bytes += sizeClass.liveBlocks() * sizeClass.slotBytes();
    }
    assertEquals(stats.liveBlocks(), blocks, all);
    assertEquals(stats.liveBytes(), bytes, all);
  }

  @Test
  default void anUnusedAllocatorHasNothingLive() {
    AllocatorStats stats = allocator().stats();
    checkLaws(stats);
    assertEquals(0, stats.liveBytes());
    assertEquals(0, stats.liveBlocks());
  }

  @Test
  default void liveFiguresAreSumsOverTheLiveBlocks() {
    List<Long> live = new ArrayList<>();
    long liveBytes = 0;
    for (long byteSize = 0; byteSize < 3000; byteSize += 7) {
      long p = allocator().malloc(byteSize);
      live.add(p);
      liveBytes += allocator().usableSize(p);
      assertEquals(live.size(), allocator().stats().liveBlocks());
      assertEquals(liveBytes, allocator().stats().liveBytes());
    }
    checkLaws(allocator().stats());
    while (!live.isEmpty()) {
      long p = live.removeLast();
      liveBytes -= allocator().usableSize(p);
      allocator().free(p);
      assertEquals(live.size(), allocator().stats().liveBlocks());
      assertEquals(liveBytes, allocator().stats().liveBytes());
    }
    checkLaws(allocator().stats());
  }

  @Test
  default void freedBlocksAreCountedAsFreeInTheirClass() {
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      live.add(allocator().malloc(64));
    }
    live.subList(0, 30).forEach(allocator()::free);
    long liveBlocks = 0;
    for (SizeClassStats sizeClass : allocator().stats().sizeClasses()) {
      liveBlocks += sizeClass.liveBlocks();
      assertTrue(sizeClass.freeBlocks() >= 0);
    }
    assertEquals(70, liveBlocks);
    live.subList(30, 100).forEach(allocator()::free);
  }

  @Test
  default void takenBytesDoNotGrowWhenFreedMemoryIsUsedAgain() {
    allocator().free(allocator().malloc(1000));
    long taken = allocator().stats().takenBytes();
    assertTrue(taken >= 1000);
    for (int i = 0; i < 1000; i++) {
      allocator().free(allocator().malloc(1000));
    }
    assertEquals(taken, allocator().stats().takenBytes());
  }

  @Test
  default void theListOfClassesCannotBeChanged() {
    allocator().free(allocator().malloc(1));
    List<SizeClassStats> classes = allocator().stats().sizeClasses();
    assertThrows(UnsupportedOperationException.class, classes::clear);
  }

  @Test
  default void aSnapshotIsSafeWhileThreadsAllocateAndFree() throws InterruptedException {
    Runnable snapshot = () -> assertTrue(allocator().stats().takenBytes() >= 0);
    new Crowd(14).runBeside(snapshot, 4, Crowd.PLATFORM, (_, random) -> churn(random));
    checkLaws(allocator().stats());
  }

  private void churn(SplittableRandom random) {
    BlockModel model = new BlockModel(allocator());
    for (int i = 0; i < 20_000; i++) {
      if (model.size() > 50 || model.size() > 0 && random.nextBoolean()) {
        allocator().free(model.remove(random).address());
      } else {
        long byteSize = random.nextInt(200);
        model.add(allocator().malloc(byteSize), byteSize, random.nextLong());
      }
    }
    model.freeAll(random);
  }
}
