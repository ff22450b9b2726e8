package org.smalloc4j.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.smalloc4j.Allocator;
import org.smalloc4j.LimitedAllocator;
import org.smalloc4j.OffHeap;
import org.smalloc4j.OutOfMemoryFails;
import org.smalloc4j.Smalloc;

@ExtendWith(OutOfMemoryFails.class)
class BlockPoolTest {
  private static final MemoryLayout POINT =
      MemoryLayout.structLayout(
          ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);

  private final LimitedAllocator heap = new LimitedAllocator();
  private final BlockPool pool = BlockPool.of(heap, POINT, 10);

  @AfterEach
  void close() {
    pool.close();
    assertEquals(0, heap.live(), "chunks left");
    assertEquals(0, heap.attached(), "attached");
    heap.close();
  }

  private static void refused(Class<? extends Throwable> type, String part, Executable call) {
    Throwable refusal = assertThrows(type, call);
    assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
  }

  @Test
  void blocksAreDistinctAlignedAndOneStrideApart() {
    for (long byteAlignment : new long[] {8, 64, 4096}) {
      try (BlockPool aligned = BlockPool.of(heap, POINT.withByteAlignment(byteAlignment), 10)) {
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 95; i++) {
          long block = aligned.acquire();
          assertEquals(0, block % byteAlignment);
          for (long at = block; at < block + 24; at += 8) {
            assertTrue(seen.add(at), "overlap");
            OffHeap.storeLong(at, i);
          }
        }
        assertEquals(95, aligned.liveBlocks());
        assertEquals(100, aligned.heldBlocks());
      }
    }
  }

  @Test
  void theBlockReleasedLastIsAcquiredFirst() {
    long a = pool.acquire();
    long b = pool.acquire();
    long c = pool.acquire();
    pool.release(b);
    pool.release(a);
    pool.release(c);
    assertEquals(c, pool.acquire());
    assertEquals(a, pool.acquire());
    assertEquals(b, pool.acquire());
  }

  @Test
  void aPoolWithoutUseHoldsNothing() {
    assertEquals(0, pool.heldBlocks());
    assertEquals(0, pool.liveBlocks());
    assertEquals(0, heap.live());
  }

  @Test
  void randomCallsAgreeWithAModel() {
    SplittableRandom random = new SplittableRandom(5);
    List<Long> live = new ArrayList<>();
    Deque<Long> free = new ArrayDeque<>();
    for (int i = 0; i < 100_000; i++) {
      if (live.isEmpty() || random.nextInt(1000) < 500 + 3 * (i >> 14)) {
        long block = pool.acquire();
        if (!free.isEmpty()) {
          assertEquals(free.pop(), block);
        } else {
          assertEquals(0, live.size() % 10, "grew although blocks were free");
          for (long other = block + 9 * 24; other > block; other -= 24) {
            free.push(other);
          }
        }
        OffHeap.storeLong(block, block);
        live.add(block);
      } else {
        long block = live.remove(random.nextInt(live.size()));
        assertEquals(block, OffHeap.loadLong(block));
        pool.release(block);
        free.push(block);
      }
      if (i % 997 == 0) {
        assertEquals(live.size(), pool.liveBlocks());
        assertEquals(live.size() + free.size(), pool.heldBlocks());
      }
    }
  }

  @Test
  void aSegmentHasExactlyTheLayoutsSize() {
    try (BlockPool padded =
        BlockPool.of(
            heap,
            MemoryLayout.sequenceLayout(20, ValueLayout.JAVA_BYTE).withByteAlignment(16),
            3)) {
      for (int i = 0; i < 10; i++) {
        long block = padded.acquire();
        MemorySegment segment = padded.segment(block);
        assertEquals(block, segment.address());
        assertEquals(20, segment.byteSize());
        assertEquals(Arena.global().scope(), segment.scope());
        segment.fill((byte) i);
      }
    }
  }

  @Test
  void aLayoutWithoutBytesStillHasDistinctBlocks() {
    try (BlockPool empty = BlockPool.of(heap, MemoryLayout.structLayout(), 4)) {
      long a = empty.acquire();
      long b = empty.acquire();
      assertNotEquals(a, b);
      assertEquals(0, empty.segment(a).byteSize());
      empty.release(a);
      assertEquals(a, empty.acquire());
    }
  }

  @Test
  void aForeignAddressIsRefused() {
    long block = pool.acquire();
    long foreign = heap.malloc(64, 64);
    try (BlockPool other = BlockPool.of(heap, POINT, 10)) {
      long others = other.acquire();
      for (long wrong : new long[] {foreign, others, Allocator.NULL, -1, Long.MIN_VALUE}) {
        String hex = "0x" + Long.toHexString(wrong);
        refused(IllegalArgumentException.class, hex, () -> pool.release(wrong));
        refused(IllegalArgumentException.class, hex, () -> pool.segment(wrong));
      }
    }
    heap.free(foreign);
    assertEquals(1, pool.liveBlocks());
    pool.release(block);
  }

  @Test
  void anAddressInsideABlockOrBehindTheLastOneIsRefused() {
    long block = pool.acquire();
    for (int offset = 1; offset < 24; offset++) {
      long inside = block + offset;
      refused(IllegalArgumentException.class, "at offset " + offset, () -> pool.release(inside));
      refused(IllegalArgumentException.class, "at offset " + offset, () -> pool.segment(inside));
    }
    refused(IllegalArgumentException.class, "behind the last", () -> pool.release(block + 240));
    refused(IllegalArgumentException.class, "outside", () -> pool.release(block - 24));
    refused(IllegalArgumentException.class, "outside", () -> pool.release(block + 256));
    assertEquals(1, pool.liveBlocks());
  }

  @Test
  void everyBlockThatIsFreeIsRefused() {
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      blocks.add(pool.acquire());
    }
    long neverAcquired = blocks.get(14) + 24;
    refused(IllegalStateException.class, "is free", () -> pool.release(neverAcquired));
    for (long block : blocks) {
      pool.release(block);
      refused(IllegalStateException.class, "is free", () -> pool.release(block));
    }
    for (long block : blocks) {
      refused(IllegalStateException.class, "is free", () -> pool.release(block));
      refused(IllegalStateException.class, "is free", () -> pool.segment(block));
    }
    assertEquals(0, pool.liveBlocks());
    Set<Long> again = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      assertTrue(again.add(pool.acquire()));
    }
    assertEquals(20, pool.heldBlocks());
  }

  @Test
  void aBoundIsReachedExactlyAndNamed() {
    for (long bound : new long[] {1, 9, 10, 11, 25, 30}) {
      try (BlockPool bounded = BlockPool.bounded(heap, POINT, 10, bound)) {
        Set<Long> blocks = new HashSet<>();
        for (long i = 0; i < bound; i++) {
          assertTrue(blocks.add(bounded.acquire()));
        }
        assertEquals(Allocator.NULL, bounded.tryAcquire());
        refused(OutOfMemoryError.class, "all " + bound + " blocks are live", bounded::acquire);
        assertEquals(bound, bounded.heldBlocks());
        assertEquals(bound, bounded.liveBlocks());
        long some = blocks.iterator().next();
        bounded.release(some);
        assertEquals(some, bounded.tryAcquire());
        assertEquals(Allocator.NULL, bounded.tryAcquire());
        long behind = blocks.stream().mapToLong(b -> b).max().orElseThrow() + 24;
        assertThrows(IllegalArgumentException.class, () -> bounded.release(behind));
      }
    }
  }

  @Test
  void wrongArgumentsAreRefused() {
    refused(
        IllegalArgumentException.class, "blocksPerChunk is 0", () -> BlockPool.of(heap, POINT, 0));
    refused(
        IllegalArgumentException.class,
        "maxBlocks is 0",
        () -> BlockPool.bounded(heap, POINT, 1, 0));
    refused(
        IllegalArgumentException.class,
        "maxBlocks is -5",
        () -> BlockPool.bounded(heap, POINT, 1, -5));
    assertEquals(1, heap.attached());
  }

  @Test
  void closeGivesChunksBackWithBlocksOutAndEverythingThrowsAfterwards() {
    BlockPool closed = BlockPool.of(heap, POINT, 2);
    long live = closed.acquire();
    for (int i = 0; i < 6; i++) {
      closed.acquire();
    }
    assertEquals(4, heap.live());
    closed.close();
    assertEquals(0, heap.live());
    closed.close();
    refused(IllegalStateException.class, "closed", closed::acquire);
    refused(IllegalStateException.class, "closed", closed::tryAcquire);
    refused(IllegalStateException.class, "closed", () -> closed.release(live));
    refused(IllegalStateException.class, "closed", () -> closed.release(live + 1));
    refused(IllegalStateException.class, "closed", () -> closed.release(live + 24));
    refused(IllegalStateException.class, "closed", () -> closed.release(12345));
    refused(IllegalStateException.class, "closed", () -> closed.segment(live));
    refused(IllegalStateException.class, "closed", closed::liveBlocks);
    refused(IllegalStateException.class, "closed", closed::heldBlocks);
  }

  @Test
  void theHeapRefusesToCloseWhileThePoolIsOpenAndCloseNowClosesIt() {
    Smalloc below = Smalloc.builder().regionBits(34).build();
    BlockPool open = BlockPool.of(below, POINT, 10);
    refused(IllegalStateException.class, "pool of 24-byte blocks", below::close);
    open.acquire();
    below.closeNow();
    assertThrows(IllegalStateException.class, open::acquire);
    assertThrows(IllegalStateException.class, () -> BlockPool.of(below, POINT, 10));
  }
}
