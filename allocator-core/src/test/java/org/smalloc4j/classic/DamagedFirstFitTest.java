package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.OffHeap;

/** What users write where they should not is met with a refusal, never with an access outside. */
class DamagedFirstFitTest {
  private static final long BYTES = 1 << 16;

  private static void assertDamaged(Executable call) {
    String message = assertThrows(IllegalStateException.class, call).getMessage();
    assertTrue(message.contains("overwritten"), message);
    assertTrue(message.contains("offset "), message);
  }

  private static FirstFitAllocator heap(Coalescing coalescing) {
    return FirstFitAllocator.raw(Growers.reserved(1 << 20), coalescing);
  }

  @ParameterizedTest
  @EnumSource
  void aBlockWhoseHeaderWasOverwrittenIsNotFreed(Coalescing coalescing) {
    try (FirstFitAllocator heap = heap(coalescing)) {
      long p = heap.malloc(64);
      long q = heap.malloc(64);
      long header = OffHeap.loadLong(q - 8);
      OffHeap.fill(p, 80, (byte) 1); // 8 more than there are
      assertDamaged(() -> heap.free(q));
      assertDamaged(() -> heap.realloc(q, 10));
      assertDamaged(() -> heap.usableSize(q));
      OffHeap.storeLong(q - 8, header);
      heap.free(q);
      FirstFitWalk.check(heap, List.of(p));
    }
  }

  @Test
  void aMergeWithABlockWhoseHeaderWasOverwrittenIsRefusedAndChangesNothing() {
    try (FirstFitAllocator heap = heap(Coalescing.AT_FREE)) {
      long p = heap.malloc(64);
      long q = heap.malloc(64);
      long header = OffHeap.loadLong(q - 8);
      OffHeap.storeLong(q - 8, 0);
      assertDamaged(() -> heap.free(p));
      OffHeap.storeLong(q - 8, header);
      FirstFitWalk.check(heap, List.of(p, q));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLinkThatWasOverwrittenIsNotFollowed(Coalescing coalescing) {
    for (long garbage : new long[] {1, 56, 72, -8, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE}) {
      try (FirstFitAllocator heap = heap(coalescing)) {
        long p = heap.malloc(64);
        heap.malloc(64);
        heap.free(p);
        AllocatorStats before = heap.stats();
        for (long at : new long[] {p, p + 8}) {
          long link = OffHeap.loadLong(at);
          OffHeap.storeLong(at, garbage);
          assertDamaged(() -> heap.malloc(64));
          assertDamaged(() -> heap.malloc(1000));
          OffHeap.storeLong(at, link);
        }
        assertEquals(before, heap.stats());
        assertEquals(p, heap.malloc(64));
      }
    }
  }

  @Test
  void aTagThatWasOverwrittenIsNotFollowed() {
    for (long garbage : new long[] {0, 1, 16, 96, -80, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE}) {
      try (FirstFitAllocator heap = heap(Coalescing.AT_FREE)) {
        long p = heap.malloc(64);
        long q = heap.malloc(64);
        heap.free(p);
        OffHeap.storeLong(q - 16, garbage);
        assertDamaged(() -> heap.free(q));
        OffHeap.storeLong(q - 16, 80);
        heap.free(q);
        FirstFitWalk.check(heap, List.of());
      }
    }
  }

  @Test
  void aCopyOfAHeaderIsNone() {
    try (FirstFitAllocator heap = heap(Coalescing.DURING_SEARCH)) {
      long p = heap.malloc(200);
      for (long at = p; at < p + 192; at += 8) {
        OffHeap.storeLong(at, OffHeap.loadLong(p - 8));
      }
      for (long at = p + 8; at < p + 192; at += 8) {
        long inside = at;
        assertThrows(IllegalArgumentException.class, () -> heap.free(inside));
      }
      FirstFitWalk.check(heap, List.of(p));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHeapFullOfGarbageRefusesAndNeverLeavesItsMemory(Coalescing coalescing) {
    SplittableRandom random = new SplittableRandom(95);
    for (int round = 0; round < 300; round++) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment memory = arena.allocate(BYTES, 16);
        FirstFitAllocator heap = FirstFitAllocator.raw(Growers.fixed(memory), coalescing);
        List<Long> live = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          live.add(heap.malloc(random.nextInt(400)));
        }
        for (int i = 0; i < 50; i++) {
          heap.free(live.remove(random.nextInt(live.size())));
        }
        int words = 1 + random.nextInt(200);
        for (int i = 0; i < words; i++) {
          long at = memory.address() + 64 + 8 * random.nextLong(BYTES / 8 - 8);
          OffHeap.storeLong(at, random.nextLong() >> random.nextInt(64));
        }
        for (int i = 0; i < 200; i++) {
          callAny(heap, live, random);
        }
      }
    }
  }

  private static void callAny(FirstFitAllocator heap, List<Long> live, SplittableRandom random) {
    try {
      switch (random.nextInt(4)) {
        case 0 -> live.add(heap.malloc(random.nextInt(400), 1L << random.nextInt(8)));
        case 1 -> heap.free(live.get(random.nextInt(live.size())));
        case 2 -> heap.realloc(live.get(random.nextInt(live.size())), random.nextInt(800));
        default -> heap.stats();
      }
    } catch (IllegalStateException | IllegalArgumentException | OutOfMemoryError refused) {
      assertTrue(refused.getMessage() != null);
    }
  }
}
