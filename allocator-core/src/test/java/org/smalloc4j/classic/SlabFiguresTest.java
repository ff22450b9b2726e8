package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Crowd;
import org.smalloc4j.Smalloc;

/** Figures of the classes, pictures, waits, and the tie to the fallback. */
class SlabFiguresTest {

  @Test
  void aClassTellsWhatIsLiveWhatWasAndWhatIsWasted() {
    try (SpinLockSlabAllocator allocator = SpinLockSlabAllocator.builder().build()) {
      List<Long> live = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        live.add(allocator.malloc(48));
      }
      live.subList(29, 100).forEach(allocator::free);
      allocator.malloc(48);
      SlabClassStats stats = allocator.classStats().get(3);
      assertEquals(new SlabClassStats(64, 2, 8192, 30, 100, 98, 101, 4848), stats);
      assertEquals(30 * 64, stats.liveBytes());
      assertEquals(8192 - 30 * 64, stats.wasteBytes());
      assertEquals(0.25, stats.roundingWaste());
      assertEquals(0, allocator.classStats().getFirst().roundingWaste());
    }
  }

  @Test
  void aPictureHasTheStateOfEachSlot() {
    try (SpinLockSlabAllocator allocator = SpinLockSlabAllocator.builder().build()) {
      long first = allocator.malloc(1024);
      allocator.malloc(1024);
      allocator.free(first);
      SlabPicture picture = allocator.pictures(1024).getFirst();
      assertEquals(first, picture.base() + picture.colourBytes());
      assertEquals(
          List.of(
              SlabPicture.State.FREED,
              SlabPicture.State.LIVE,
              SlabPicture.State.FRESH,
              SlabPicture.State.FRESH),
          picture.slots());
      assertEquals(List.of(), allocator.pictures(7));
    }
  }

  @Test
  void threadsThatMeetWaitAndTheirWaitIsTold() throws InterruptedException {
    try (SpinLockSlabAllocator allocator = SpinLockSlabAllocator.builder().build()) {
      for (int i = 0; i < 1000; i++) {
        allocator.free(allocator.malloc(64));
      }
      assertEquals(0, allocator.lockWaitNanos());
      do {
        new Crowd(1)
            .run(
                4,
                Crowd.PLATFORM,
                (_, _) -> {
                  for (int i = 0; i < 10_000; i++) {
                    allocator.free(allocator.malloc(64));
                  }
                });
      } while (allocator.lockWaitNanos() == 0);
      assertTrue(allocator.lockWaitNanos() > 0);
    }
  }

  @Test
  void theFallbackStaysOpenAndCannotBeClosedBefore() {
    try (Smalloc fallback = Smalloc.builder().regionBits(34).build()) {
      SpinLockSlabAllocator allocator = SpinLockSlabAllocator.builder().fallback(fallback).build();
      long p = allocator.malloc(5000);
      assertTrue(fallback.owns(p));
      assertEquals(8192, allocator.usableSize(p));
      assertEquals(1, fallback.stats().liveBlocks());
      assertThrows(IllegalStateException.class, fallback::close);
      allocator.close();
      assertEquals(0, fallback.stats().liveBlocks(), "its blocks are freed");
    }
  }

  @Test
  void aBlockThatOutgrowsTheClassesMovesToTheFallbackAndStaysThere() {
    try (SpinLockSlabAllocator allocator = SpinLockSlabAllocator.builder().build()) {
      long p = allocator.realloc(allocator.malloc(1024), 1025);
      assertEquals(0, allocator.classStats().getLast().liveBlocks());
      p = allocator.realloc(p, 10);
      assertEquals(1, allocator.stats().liveBlocks());
      assertEquals(0, allocator.classStats().get(1).liveBlocks());
      allocator.free(p);
    }
  }

  @Test
  void aFreeOfABlockOfTheFallbackWalksNoSlabs() {
    try (SpinLockSlabAllocator allocator = SpinLockSlabAllocator.builder().build()) {
      for (int i = 0; i < 400; i++) {
        allocator.malloc(1024); // 100 slabs
        allocator.malloc(512); // 50
      }
      long before = allocator.longestOperationSteps();
      assertTrue(before < 150, () -> before + " steps");
      List<Long> large = new ArrayList<>();
      for (int i = 0; i < 5000; i++) {
        large.add(allocator.malloc(2000));
      }
      assertEquals(5800, allocator.stats().liveBlocks());
      Collections.shuffle(large, new Random(1));
      large.forEach(allocator::free);
      assertEquals(before, allocator.longestOperationSteps());
      assertFalse(allocator.owns(large.getFirst()));
    }
  }

  @Test
  void anAllocatorWithAnArenaIsNotClosed() {
    SpinLockSlabAllocator allocator = SpinLockSlabAllocator.builder().build();
    var arena = allocator.confinedArena();
    arena.allocate(64);
    Refused.with(IllegalStateException.class, allocator::close, "SpinLockSlabAllocator", "arena");
    arena.close();
    allocator.close();
  }
}
