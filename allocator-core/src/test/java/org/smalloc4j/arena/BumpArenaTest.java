package org.smalloc4j.arena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.LimitedAllocator;
import org.smalloc4j.OffHeap;
import org.smalloc4j.OutOfMemoryFails;
import org.smalloc4j.Smalloc;

@ExtendWith(OutOfMemoryFails.class)
class BumpArenaTest {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  private final LimitedAllocator heap = new LimitedAllocator();
  private final BumpArena arena = BumpArena.over(heap);

  @AfterEach
  void close() {
    arena.close();
    assertEquals(0, heap.live(), "blocks left");
    assertEquals(0, heap.attached(), "attached");
    heap.close();
  }

  @Test
  void whatIsAllocatedDoesNotOverlapAndIsAligned() {
    SplittableRandom random = new SplittableRandom(1);
    List<long[]> all = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      long byteSize = i % 500 == 0 ? random.nextLong(6 * MIB) : random.nextLong(300);
      long byteAlignment = 1L << random.nextInt(i % 700 == 0 ? 24 : 8);
      long start = arena.malloc(byteSize, byteAlignment);
      assertEquals(0, start & (byteAlignment - 1), "alignment " + byteAlignment);
      all.add(new long[] {start, start + Math.max(byteSize, 1)});
      if (byteSize > 0) {
        OffHeap.storeByte(start, (byte) i);
        OffHeap.storeByte(start + byteSize - 1, (byte) i);
      }
    }
    all.sort((a, b) -> Long.compare(a[0], b[0]));
    for (int i = 1; i < all.size(); i++) {
      assertTrue(all.get(i - 1)[1] <= all.get(i)[0], "overlap at " + i);
    }
    assertTrue(arena.usedBytes() <= arena.heldBytes());
  }

  @Test
  void theFirstBlockHas64KibAndBlocksDoubleUpTo4Mib() {
    long held = 0;
    for (long blockBytes : new long[] {64, 128, 256, 512, 1024, 2048, 4096, 4096, 4096}) {
      arena.malloc(blockBytes * KIB, 1);
      held += blockBytes * KIB;
      assertEquals(held, arena.heldBytes());
      assertEquals(held, arena.usedBytes());
    }
  }

  @Test
  void theSizesOfBlocksCanBeChosen() {
    try (BumpArena small = BumpArena.over(heap, 100, 250)) {
      small.malloc(100, 1);
      assertEquals(100, small.heldBytes());
      small.malloc(1, 1);
      assertEquals(300, small.heldBytes());
      small.malloc(200, 1);
      assertEquals(550, small.heldBytes());
      small.malloc(251, 1);
      assertEquals(801, small.heldBytes(), "a block of its own");
    }
  }

  @Test
  void blocksSkipSizesThatARequestDoesNotFit() {
    arena.malloc(300 * KIB, 1);
    assertEquals(512 * KIB, arena.heldBytes());
    arena.malloc(300 * KIB, 1);
    assertEquals((512 + 1024) * KIB, arena.heldBytes());
  }

  @Test
  void aSizeAboveTheLargestBlockGetsABlockOfItsOwnAndTheBlockInUseStays() {
    long small = arena.malloc(8, 8);
    long large = arena.malloc(5 * MIB, 16);
    assertEquals(small + 8, arena.malloc(8, 8));
    assertEquals(64 * KIB + 5 * MIB, arena.heldBytes());
    assertEquals(5 * MIB + 16, arena.usedBytes());
    OffHeap.storeByte(large + 5 * MIB - 1, (byte) 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 16, 64, 4096, 8192, 65536, 1 << 20, 1 << 22, 1 << 23, 1 << 26})
  void alignmentsGoUpToAnOsPageAndBeyond(long byteAlignment) {
    arena.malloc(3, 1);
    long first = arena.malloc(100, byteAlignment);
    arena.malloc(3, 1);
    long second = arena.malloc(100, byteAlignment);
    assertEquals(0, first & (byteAlignment - 1));
    assertEquals(0, second & (byteAlignment - 1));
    assertNotEquals(first, second);
    OffHeap.storeLong(first + 92, 1);
    OffHeap.storeLong(second + 92, 1);
  }

  @Test
  void everyAddressIsGivenOnceAlsoForSizeZero() {
    long[] addresses = new long[200_000];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = arena.malloc(0, 1);
    }
    assertEquals(addresses.length, Arrays.stream(addresses).distinct().count());
    assertEquals(0, arena.allocate(0, 8).byteSize());
  }

  @Test
  void aSegmentIsExactlyAsLongAsAskedAndInTheGlobalScope() {
    for (long byteSize : new long[] {1, 7, 8, 100, 70_000, 5 * MIB}) {
      MemorySegment segment = arena.allocate(byteSize, 8);
      assertEquals(byteSize, segment.byteSize());
      assertEquals(Arena.global().scope(), segment.scope());
      segment.fill((byte) 7);
    }
    assertEquals("text", arena.allocateFrom("text", StandardCharsets.UTF_8).getString(0));
    assertEquals(
        3, arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3).getAtIndex(ValueLayout.JAVA_INT, 2));
  }

  @Test
  void segmentsAndAddressesFollowEachOther() {
    MemorySegment segment = arena.allocate(24, 8);
    assertEquals(segment.address() + 24, arena.malloc(8, 8));
    assertEquals(segment.address() + 32, arena.allocate(8, 8).address());
  }

  @Test
  void resetKeepsTheBlocksAndUsesThemAgain() {
    List<Long> first = allocateMuch();
    long held = arena.heldBytes();
    long used = arena.usedBytes();
    int live = heap.live();
    arena.reset();
    assertEquals(0, arena.usedBytes());
    assertEquals(held, arena.heldBytes());
    assertEquals(first, allocateMuch());
    assertEquals(used, arena.usedBytes());
    assertEquals(held, arena.heldBytes());
    assertEquals(live, heap.live());
    assertEquals(0, heap.frees());
  }

  private List<Long> allocateMuch() {
    List<Long> addresses = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      addresses.add(arena.malloc(16 * KIB, 64));
      if (i % 100 == 0) {
        addresses.add(arena.malloc(5 * MIB + i * KIB, 64));
      }
    }
    return addresses;
  }

  @Test
  void aKeptBlockThatDoesNotFitIsUsedLater() {
    arena.malloc(64 * KIB, 1);
    arena.malloc(128 * KIB, 1);
    arena.reset();
    long large = arena.malloc(200 * KIB, 1);
    assertEquals((64 + 128 + 256) * KIB, arena.heldBytes());
    arena.malloc(56 * KIB, 1);
    arena.malloc(64 * KIB, 1);
    arena.malloc(128 * KIB, 1);
    assertEquals((64 + 128 + 256) * KIB, arena.heldBytes());
    assertEquals((64 + 128 + 256) * KIB, arena.usedBytes());
    OffHeap.storeLong(large, 1);
  }

  @Test
  void wrongArgumentsAreRefusedAndChangeNothing() {
    arena.malloc(5, 1);
    for (long byteAlignment : new long[] {0, -1, 3, 24, Long.MIN_VALUE, Long.MAX_VALUE}) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> arena.malloc(8, byteAlignment));
      assertTrue(refused.getMessage().contains("byteAlignment is " + byteAlignment));
      assertThrows(IllegalArgumentException.class, () -> arena.allocate(8, byteAlignment));
    }
    for (long byteSize : new long[] {-1, Long.MIN_VALUE}) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> arena.malloc(byteSize, 1));
      assertTrue(refused.getMessage().contains("byteSize is " + byteSize));
      assertThrows(IllegalArgumentException.class, () -> arena.allocate(byteSize, 1));
    }
    assertEquals(5, arena.usedBytes());
    assertThrows(IllegalArgumentException.class, () -> BumpArena.over(heap, 0, 10));
    assertThrows(IllegalArgumentException.class, () -> BumpArena.over(heap, 11, 10));
    assertEquals(1, heap.attached());
  }

  @Test
  void closeGivesEverythingBackAndIsIdempotent() {
    BumpArena other = BumpArena.over(heap);
    other.malloc(100, 1);
    other.allocate(9 * MIB, 1);
    other.malloc(100 * KIB, 1);
    long mark = other.mark();
    other.close();
    assertEquals(0, heap.live());
    assertEquals(1, heap.attached());
    other.close();
    assertThrows(IllegalStateException.class, () -> other.malloc(1, 1));
    assertThrows(IllegalStateException.class, () -> other.malloc(0, 1));
    assertThrows(IllegalStateException.class, () -> other.allocate(1, 1));
    assertThrows(IllegalStateException.class, other::mark);
    assertThrows(IllegalStateException.class, () -> other.rollback(mark));
    assertThrows(IllegalStateException.class, other::reset);
    assertThrows(IllegalStateException.class, other::usedBytes);
    assertThrows(IllegalStateException.class, other::heldBytes);
  }

  @Test
  void theHeapRefusesToCloseWhileTheArenaIsOpenAndCloseNowClosesIt() {
    Smalloc below = Smalloc.builder().regionBits(34).build();
    BumpArena open = BumpArena.over(below);
    open.malloc(100, 1);
    assertThrows(IllegalStateException.class, below::close);
    open.malloc(100, 1);
    below.closeNow();
    assertThrows(IllegalStateException.class, () -> open.malloc(1, 1));
    assertThrows(IllegalStateException.class, () -> BumpArena.over(below));
    assertSame(open, open);
  }
}
