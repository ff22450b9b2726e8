package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/** What shrinks, or is freed, gives its memory back; what is cleared does not touch more for it. */
class SmallocLargeBlocksTest {
  private static final VirtualMemory OS = VirtualMemory.of(System.getProperty("os.name"));
  private static final long MIB = 1 << 20;

  private final Smalloc heap = Smalloc.create();
  private final long answer = heap.calloc(8);

  @AfterEach
  void close() {
    heap.close();
  }

  private boolean isBacked(long address, long byteSize) {
    return 2 * OS.backedAbout(address, byteSize, answer) > byteSize;
  }

  private long written(long byteSize) {
    return Block.write(heap.malloc(byteSize), byteSize, byteSize).address();
  }

  @ParameterizedTest
  @CsvSource({
    "1024, 256",
    "1048576, 100",
    "65536, 1000",
    "4194304, 524288",
    "33554432, 262144",
    "33554432, 8388608"
  })
  void aBlockThatShrinksToAQuarterOrLessMovesToTheSlotItNeeds(long from, long to) {
    Block block = Block.write(heap.malloc(from), from, 7);
    long moved = heap.realloc(block.address(), to);
    assertNotEquals(block.address(), moved);
    assertEquals(Long.highestOneBit(2 * to - 1), heap.usableSize(moved));
    block.checkMovedTo(moved, to);
    assertEquals(2, heap.stats().liveBlocks());
    long again = heap.malloc(from);
    assertEquals(block.address(), again, "the slot it left");
    heap.free(again);
  }

  @ParameterizedTest
  @CsvSource({"1024, 257", "512, 1", "1048576, 262145", "67108864, 16777217"})
  void aBlockThatShrinksByLessStays(long from, long to) {
    long p = written(from);
    assertEquals(p, heap.realloc(p, to));
    assertEquals(from, heap.usableSize(p));
  }

  @Test
  void aLargeBlockThatShrinksStaysAndGivesItsTailBack() {
    Block block = Block.write(heap.malloc(128 * MIB), 128 * MIB, 8);
    long kept = 8 * MIB + 5;
    assertEquals(block.address(), heap.realloc(block.address(), kept));
    block.checkMovedTo(block.address(), kept);
    assertTrue(isBacked(block.address(), 8 * MIB));
    assertFalse(isBacked(block.address() + 8 * MIB + 4096, 4096));
    assertFalse(isBacked(block.address() + 9 * MIB, 119 * MIB));
    assertEquals(block.address(), heap.realloc(block.address(), 128 * MIB));
    block.checkMovedTo(block.address(), kept);
  }

  /** Grows a block of 4 KiB to 1 MiB by doubling; returns how often it moved, and where it is. */
  private long[] doubled(long block) {
    long p = block;
    long moves = 0;
    for (long byteSize = 8192; byteSize <= MIB; byteSize *= 2) {
      long grown = heap.realloc(p, byteSize);
      moves += grown == p ? 0 : 1;
      p = grown;
    }
    return new long[] {moves, p};
  }

  @Test
  void aTableThatDoublesFrom4KibibytesIsCopiedTwiceAndThenStaysAsItShrinksAndGrows() {
    Block block = Block.write(heap.malloc(4096), 4096, 12);
    long[] table = doubled(block.address());
    long p = table[1];
    assertEquals(2, table[0]);
    assertEquals(4 * MIB, heap.usableSize(p));
    block.checkMovedTo(p, 4096);
    Block grown = Block.write(p, 4 * MIB, 13);
    for (long byteSize : new long[] {MIB, 65_536, 4096, 300_000, 4096, 4 * MIB}) {
      assertEquals(p, heap.realloc(p, byteSize));
    }
    grown.checkMovedTo(p, 4 * MIB);
    long moved = heap.realloc(p, 2048);
    assertEquals(2048, heap.usableSize(moved), "less than an OS page is no table");
    grown.checkMovedTo(moved, 2048);
  }

  @Test
  void tablesBeyondAFewAreCopiedEveryOtherTimeAndMoveAsTheyShrink() {
    long[] tables = new long[16];
    for (int i = 0; i < tables.length; i++) {
      tables[i] = doubled(heap.malloc(4096))[1];
      assertEquals(4 * MIB, heap.usableSize(tables[i]));
    }
    Block block = Block.write(heap.malloc(4096), 4096, 14);
    long[] beyond = doubled(block.address());
    assertEquals(4, beyond[0]);
    assertEquals(MIB, heap.usableSize(beyond[1]));
    long shrunk = heap.realloc(beyond[1], 262_144);
    assertEquals(262_144, heap.usableSize(shrunk));
    block.checkMovedTo(shrunk, 4096);
    heap.free(tables[3]);
    assertEquals(4 * MIB, heap.usableSize(doubled(heap.malloc(4096))[1]), "there is room for one");
    assertEquals(MIB, heap.usableSize(doubled(heap.malloc(4096))[1]), "and for one only");
  }

  @Test
  void aBlockThatNeverGrewMovesOutOfASlotOf4Mebibytes() {
    long table = doubled(heap.malloc(4096))[1];
    heap.free(table);
    long p = heap.malloc(4 * MIB);
    assertEquals(table, p, "the slot of a table before");
    assertEquals(65_536, heap.usableSize(heap.realloc(p, 65_536)));
  }

  @ParameterizedTest
  @CsvSource({
    "4096, 6143, 8192",
    "4096, 6144, 16384",
    "8192, 16384, 16384",
    "1024, 2048, 2048",
    "16384, 131072, 262144",
    "4096, 1048576, 1048576"
  })
  void aBlockThatDoesNotDoubleGetsAboutTheSlotItNeeds(long from, long to, long usable) {
    assertEquals(usable, heap.usableSize(heap.realloc(heap.malloc(from), to)));
  }

  @Test
  void aTableInALimitOrOnDemandGetsTheSlotItNeeds() {
    Smalloc.Builder limited = Smalloc.builder().maxBytes(64 * MIB);
    Smalloc.Builder onDemand = Smalloc.builder().commitOnDemand(true);
    for (Smalloc.Builder builder : List.of(limited, onDemand)) {
      try (Smalloc exact = builder.build()) {
        assertEquals(8192, exact.usableSize(exact.realloc(exact.malloc(4096), 8192)));
        assertEquals(8 * MIB, exact.usableSize(exact.realloc(exact.malloc(4 * MIB), 5 * MIB)));
      }
    }
  }

  @Test
  void aTableThatGrowsIsCopiedThreeTimesBeyondOneMebibyte() {
    Block block = Block.write(heap.malloc(MIB), MIB, 10);
    long p = block.address();
    int moves = 0;
    for (long byteSize = 2 * MIB; byteSize <= 1024 * MIB; byteSize *= 2) {
      long grown = heap.realloc(p, byteSize);
      moves += grown == p ? 0 : 1;
      p = grown;
      long usable = heap.usableSize(p);
      assertTrue(usable == 4 * MIB || usable == 64 * MIB || usable == 1024 * MIB, "" + usable);
    }
    assertEquals(3, moves);
    block.checkMovedTo(p, MIB);
  }

  @Test
  void aTableThatShrinksWhereItGrewGivesItsTailBack() {
    long p = heap.realloc(heap.malloc(4 * MIB), 5 * MIB);
    assertEquals(64 * MIB, heap.usableSize(p));
    assertEquals(p, heap.realloc(p, 6 * MIB), "what grows stays in its grower");
    assertEquals(p, heap.realloc(p, 64 * MIB));
    Block block = Block.write(p, 64 * MIB, 11);
    assertEquals(p, heap.realloc(p, 16 * MIB));
    block.checkMovedTo(p, 16 * MIB);
    assertTrue(isBacked(p, 16 * MIB));
    assertFalse(isBacked(p + 17 * MIB, 47 * MIB));
    long moved = heap.realloc(p, 4 * MIB);
    assertEquals(4 * MIB, heap.usableSize(moved));
    block.checkMovedTo(moved, 4 * MIB);
  }

  @Test
  void reallocateAndAnAlignmentShrinkToo() {
    long p = written(MIB);
    long moved = heap.realloc(p, 10, 1 << 12);
    assertEquals(1 << 12, heap.usableSize(moved));
    assertEquals(0, moved & ((1 << 12) - 1));
    assertEquals(16, heap.usableSize(heap.reallocate(OffHeap.segmentAt(moved), 10).address()));
  }

  @Test
  void aBlockThatFindsNoSmallerSlotStays() {
    try (Smalloc full = Smalloc.builder().maxBytes(64 << 10).build()) {
      long p = full.malloc(64 << 10);
      Block block = Block.write(p, 64 << 10, 9);
      assertEquals(p, full.realloc(p, 100));
      block.check();
      assertEquals(1, full.stats().liveBlocks());
      assertRefused(OutOfMemoryError.class, () -> full.malloc(1), "maxBytes");
    }
  }

  @Test
  void whatShrinksMakesRoomInALimit() {
    try (Smalloc limited = Smalloc.builder().maxBytes(64 * MIB).build()) {
      for (int message = 0; message < 10_000; message++) {
        long buffer = limited.malloc(MIB);
        assertEquals(128, limited.usableSize(limited.realloc(buffer, 100)));
      }
      long large = limited.malloc(32 * MIB);
      assertEquals(8 * MIB, limited.usableSize(limited.realloc(large, 8 * MIB)));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {64 * MIB, 256 * MIB})
  void freedLargeBlocksGoBackToTheSystem(long byteSize) {
    List<Long> blocks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      blocks.add(written(byteSize));
    }
    blocks.forEach(heap::free);
    long kept = blocks.stream().filter(block -> isBacked(block, byteSize)).count();
    assertEquals(byteSize == 64 * MIB ? 1 : 0, kept, "of which 64 MiB may stay");
    for (int i = 0; i < 4; i++) {
      long p = heap.calloc(byteSize);
      for (long offset = 0; offset < byteSize; offset += 4096 - 8) {
        assertEquals(0, RawMemory.loadPlain(p + (offset & -8)), "at " + offset);
      }
    }
  }

  @Test
  void blocksThatAreFreedAndAllocatedInTurnStay() {
    long p = written(32 * MIB);
    for (int i = 0; i < 10; i++) {
      heap.free(p);
      assertTrue(isBacked(p, 32 * MIB));
      assertEquals(p, heap.malloc(32 * MIB));
    }
  }

  @Test
  void aLargeBlockFreedTwiceIsToldAndFreedOnce() {
    long p = written(128 * MIB);
    long q = written(2 * MIB);
    for (long block : new long[] {p, q}) {
      heap.free(block);
      assertRefused(IllegalStateException.class, () -> heap.free(block), "double free");
      assertEquals(block, heap.malloc(block == p ? 128 * MIB : 2 * MIB));
    }
  }

  @Test
  void aSparseCallocOfAReusedBlockTouchesLittle() {
    for (int use = 1; use <= 3; use++) {
      long p = heap.calloc(48 * MIB);
      assertEquals(0, RawMemory.loadPlain(p + 24 * MIB));
      RawMemory.storePlain(p + 24 * MIB, use);
      assertFalse(isBacked(p, 48 * MIB), "use " + use);
      heap.free(p);
    }
  }

  @Test
  void aDenseCallocOfAReusedBlockKeepsItsMemory() {
    heap.free(written(16 * MIB));
    long p = heap.calloc(16 * MIB);
    assertTrue(isBacked(p, 16 * MIB));
    for (long offset = 0; offset < 16 * MIB; offset += 8) {
      assertEquals(0, RawMemory.loadPlain(p + offset));
    }
  }
}
