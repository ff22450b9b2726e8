package org.smalloc4j.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Allocator;
import org.smalloc4j.Crowd;
import org.smalloc4j.Smalloc;

class MeteredAllocatorTest {
  private final Smalloc heap = Smalloc.create();
  private final MeteredAllocator metered = MeteredAllocator.over(heap);

  @AfterEach
  void close() {
    heap.close();
  }

  private void assertFigures(long allocations, long frees, long liveBytes, long peak) {
    assertEquals(allocations, metered.allocations(), "allocations");
    assertEquals(frees, metered.frees(), "frees");
    assertEquals(allocations - frees, metered.liveBlocks(), "live blocks");
    assertEquals(liveBytes, metered.liveBytes(), "live bytes");
    assertEquals(peak, metered.peakLiveBytes(), "peak of live bytes");
  }

  @Test
  void aBlockCountsWithItsUsableSizeUntilItsFree() {
    assertFigures(0, 0, 0, 0);
    long small = metered.malloc(33);
    assertFigures(1, 0, 64, 64);
    long large = metered.malloc(100, 256);
    assertFigures(2, 0, 320, 320);
    metered.free(small);
    assertFigures(2, 1, 256, 320);
    metered.free(large);
    assertFigures(2, 2, 0, 320);
  }

  @Test
  void everyWayToAllocateCounts() {
    metered.tryMalloc(64, 1);
    metered.calloc(64);
    metered.calloc(64, 64);
    metered.callocArray(8, 8);
    metered.realloc(Allocator.NULL, 64);
    metered.reallocate(MemorySegment.NULL, 64);
    metered.allocate(64);
    assertFigures(7, 0, 448, 448);
  }

  @Test
  void aSegmentCountsUntilItIsFreed() {
    MemorySegment segment = metered.allocateFrom("metered");
    assertFigures(1, 0, 8, 8);
    segment = metered.reallocate(segment, 100);
    assertFigures(1, 0, 128, 128);
    metered.free(segment);
    assertFigures(1, 1, 0, 128);
  }

  @Test
  void theBlocksOfArenasCountUntilTheyClose() {
    for (int round = 1; round <= 2; round++) {
      try (Arena arena = round == 1 ? metered.confinedArena() : metered.sharedArena()) {
        arena.allocate(64);
        arena.allocate(64);
        assertEquals(2, metered.liveBlocks());
        assertEquals(128, metered.liveBytes());
      }
      assertFigures(2L * round, 2L * round, 0, 128);
    }
  }

  @Test
  void aReallocThatMovesIsOneStepFromOldToNew() {
    heap.malloc(1000); // takes the slot that is aligned to anything
    long p = metered.malloc(64);
    p = metered.realloc(p, 1000);
    assertFigures(1, 0, 1024, 1024); // not 1088: old and new are never counted together
    long alignment = 2 * Long.lowestOneBit(p);
    p = metered.realloc(p, 64, alignment);
    assertFigures(1, 0, alignment, alignment);
    metered.free(p);
    assertFigures(1, 1, 0, alignment);
  }

  @Test
  void aReallocThatStaysCountsNothing() {
    long p = metered.malloc(1000);
    assertEquals(p, metered.realloc(p, 600));
    assertFigures(1, 0, 1024, 1024);
    metered.free(p);
  }

  @Test
  void aReallocThatResizesInPlaceIsAStepToo() {
    OneSlot slot = new OneSlot();
    MeteredAllocator meter = MeteredAllocator.over(resizing(slot));
    long p = meter.malloc(64);
    meter.realloc(p, 96);
    assertEquals(96, meter.liveBytes());
    meter.realloc(p, 32);
    assertEquals(32, meter.liveBytes());
    assertEquals(96, meter.peakLiveBytes());
    meter.free(p);
    assertEquals(0, meter.liveBytes());
  }

  private static Allocator resizing(OneSlot slot) {
    return new ForwardingAllocator(slot) {
      @Override
      public long realloc(long address, long byteSize, long byteAlignment) {
        slot.usable = byteSize;
        return super.realloc(address, byteSize, byteAlignment);
      }
    };
  }

  @Test
  void whatIsRefusedCountsNothing() {
    long p = metered.malloc(64);
    long tooMuch = (1L << 31) + 1;
    assertThrows(OutOfMemoryError.class, () -> metered.malloc(tooMuch));
    assertThrows(OutOfMemoryError.class, () -> metered.calloc(tooMuch));
    assertThrows(OutOfMemoryError.class, () -> metered.callocArray(Long.MAX_VALUE, 8));
    assertThrows(OutOfMemoryError.class, () -> metered.realloc(p, tooMuch));
    assertEquals(Allocator.NULL, metered.tryMalloc(tooMuch, 1));
    assertThrows(IllegalArgumentException.class, () -> metered.malloc(-1));
    assertThrows(IllegalArgumentException.class, () -> metered.realloc(p, 8, 3));
    assertThrows(IllegalArgumentException.class, () -> metered.free(p + 4));
    assertThrows(IllegalArgumentException.class, () -> metered.free(12));
    metered.free(Allocator.NULL);
    assertFigures(1, 0, 64, 64);
    metered.free(p);
  }

  @Test
  void aDoubleFreeCountsNothing() {
    long kept = metered.malloc(64);
    long p = metered.malloc(64);
    metered.free(p);
    assertThrows(IllegalStateException.class, () -> metered.free(p));
    assertFigures(2, 1, 64, 128);
    metered.free(kept);
    assertThrows(IllegalStateException.class, () -> metered.free(kept));
    assertFigures(2, 2, 0, 128);
  }

  /** Looks at the meter while its free is inside the inner allocator. */
  private static final class LookingOnFree extends OneSlot {
    MeteredAllocator meter;
    long seen = -1;

    @Override
    public void free(long address) {
      try {
        super.free(address);
      } finally {
        seen = meter.liveBytes(); // another thread can have the slot from here on
      }
    }
  }

  @Test
  void liveBytesAreNotBelowZeroWhileADoubleFreeIsRefused() {
    LookingOnFree inner = new LookingOnFree();
    inner.meter = MeteredAllocator.over(inner);
    inner.meter.free(inner.meter.malloc(64));
    assertThrows(IllegalStateException.class, () -> inner.meter.free(OneSlot.ADDRESS));
    assertEquals(0, inner.seen);
    assertEquals(1, inner.meter.frees());
  }

  @Test
  void aBlockIsNotCountedAnyMoreWhenAnotherThreadCanGetIt() {
    LookingOnFree inner = new LookingOnFree();
    inner.meter = MeteredAllocator.over(inner);
    inner.meter.free(inner.meter.malloc(64));
    assertEquals(0, inner.seen);
  }

  @Test
  void aBlockIsGivenBackIfTheStackEndsWhereItWouldBeCounted() {
    OneSlot slot =
        new OneSlot() {
          @Override
          public long usableSize(long address) {
            throw new StackOverflowError();
          }
        };
    MeteredAllocator meter = MeteredAllocator.over(slot);
    assertThrows(StackOverflowError.class, () -> meter.malloc(8));
    assertThrows(StackOverflowError.class, () -> meter.tryMalloc(8, 1));
    assertThrows(StackOverflowError.class, () -> meter.calloc(8));
    assertEquals(false, slot.live.get());
    assertEquals(0, meter.liveBlocks());
  }

  @Test
  void closeLeavesTheFiguresOfWhatWasLeftLive() {
    MeteredAllocator meter = MeteredAllocator.over(Smalloc.create());
    meter.malloc(64);
    meter.close();
    assertEquals(1, meter.liveBlocks());
    assertEquals(64, meter.liveBytes());
  }

  @Test
  void manyThreadsAreCountedExactly() throws InterruptedException {
    Crowd.Member member =
        (_, random) -> {
          long[] own = new long[32];
          for (int i = 0; i < 20_000; i++) {
            int chosen = random.nextInt(own.length);
            if (random.nextInt(3) == 0 && own[chosen] != Allocator.NULL) {
              own[chosen] = metered.realloc(own[chosen], random.nextInt(300));
            } else {
              metered.free(own[chosen]);
              own[chosen] = metered.malloc(random.nextInt(300));
            }
          }
          for (long p : own) {
            metered.free(p);
          }
        };
    AtomicBoolean wrong = new AtomicBoolean();
    Runnable look =
        () -> {
          long bytes = metered.liveBytes();
          long peak = metered.peakLiveBytes();
          long blocks = metered.liveBlocks();
          if (bytes < 0 || peak < bytes || blocks < 0 || blocks > 8 * 32) {
            wrong.set(true);
          }
        };
    new Crowd(61).runBeside(look, 8, Crowd.MIXED, member);
    assertEquals(false, wrong.get(), "figures that cannot be");
    assertEquals(0, metered.liveBlocks());
    assertEquals(0, metered.liveBytes());
    assertEquals(metered.allocations(), metered.frees());
    assertTrue(metered.peakLiveBytes() <= 8 * 32 * 512);
  }
}
