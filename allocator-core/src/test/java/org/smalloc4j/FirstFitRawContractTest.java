package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.smalloc4j.classic.FirstFitAllocator;
import org.smalloc4j.classic.FirstFitHeaps;
import org.smalloc4j.classic.FirstFitWalk;
import org.smalloc4j.classic.Growers;

/** {@link FirstFitAllocator} for one thread keeps the contract in it, and refuses all others. */
class FirstFitRawContractTest
    implements AllocatorSizesContract,
        AllocatorZeroingContract,
        AllocatorReallocContract,
        AllocatorSegmentsContract,
        AllocatorBuffersContract,
        AllocatorErrorsContract,
        AllocatorAddressErrorsContract,
        AllocatorStatsContract,
        AllocatorTrimContract,
        AllocatorCloseContract,
        AllocatorSequenceContract,
        AllocatorExhaustionContract {
  private final Allocator allocator = newAllocator();

  @BeforeEach
  void isOpen() {
    assertEquals(0, allocator.stats().liveBlocks());
  }

  @AfterEach
  void nothingIsLeftLive() {
    try (Allocator finished = allocator) {
      assertEquals(0, finished.stats().liveBlocks(), "live blocks after the test");
      checkAtRest(finished, List.of());
    }
  }

  @Override
  public Allocator allocator() {
    return allocator;
  }

  @Override
  public Allocator newAllocator() {
    return FirstFitAllocator.raw(Growers.reserved(1L << 36));
  }

  @Override
  public Allocator newSmallAllocator() {
    return FirstFitHeaps.grown(FirstFitAllocator.raw(Growers.reserved(16 << 20)), 16 << 20);
  }

  @Override
  public boolean slotsArePowersOfTwo() {
    return false;
  }

  @Override
  public void checkAtRest(Allocator atRest, Collection<Long> live) {
    FirstFitWalk.check(atRest, live);
  }

  private static void assertWrongThread(Executable call) throws InterruptedException {
    Crowd.Member refused =
        (_, _) ->
            assertRefused(
                WrongThreadException.class,
                call,
                Thread.currentThread(),
                "FirstFitAllocator.locked");
    new Crowd(60).run(2, Crowd.MIXED, refused);
  }

  @Test
  @Override
  public void aDoubleFreeIsCaughtInAnotherThread() throws InterruptedException {
    long p = allocator.malloc(64);
    allocator.free(p);
    assertWrongThread(() -> allocator.free(p));
  }

  @Test
  @Override
  public void aSnapshotIsSafeWhileThreadsAllocateAndFree() throws InterruptedException {
    assertWrongThread(allocator::stats);
  }

  @Test
  @Override
  public void trimWorksBesideThreadsThatAllocateAndFree() throws InterruptedException {
    assertWrongThread(allocator::trim);
  }

  @Test
  @Override
  public void sixteenThreadsGetAsManyBlocksAsOne() throws InterruptedException {
    AllocatorStats before = allocator.stats();
    assertWrongThread(() -> allocator.malloc(8));
    assertWrongThread(() -> allocator.tryMalloc(8, 8));
    assertWrongThread(() -> allocator.calloc(8));
    assertWrongThread(() -> allocator.realloc(Allocator.NULL, 8));
    assertWrongThread(() -> allocator.free(Allocator.NULL));
    assertWrongThread(() -> allocator.usableSize(8));
    assertWrongThread(() -> allocator.owns(8));
    assertWrongThread(allocator::confinedArena);
    assertWrongThread(allocator::close);
    assertEquals(before, allocator.stats());
  }

  @Test
  void arenasForAllThreadsAreRefusedWithTheRemedy() {
    for (Executable arena :
        List.<Executable>of(
            allocator::sharedArena, allocator::autoArena, allocator::uncheckedSharedArena)) {
      assertRefused(UnsupportedOperationException.class, arena, "FirstFitAllocator.locked");
    }
  }

  @Test
  void aConfinedArenaOfItsThreadFreesItsBlocks() {
    try (HeapArena arena = allocator.confinedArena()) {
      arena.allocate(100, 8).fill((byte) 1);
      assertRefused(IllegalStateException.class, allocator::close, "1 of its arenas");
    }
    assertEquals(0, allocator.stats().liveBlocks());
  }
}
