package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.AllocatorStats.SizeClassStats;
import org.smalloc4j.Block;
import org.smalloc4j.Crowd;
import org.smalloc4j.OffHeap;
import org.smalloc4j.arena.DeepCalls;
import org.smalloc4j.internal.os.FakeVirtualMemory;

class PageAllocatorTest {
  private final LimitedMemory memory = new LimitedMemory(1L << 42);
  private final PageAllocator allocator = new PageAllocator(memory);
  private final long osPage = memory.osPageBytes();

  @AfterEach
  void nothingIsHeldAfterClose() {
    allocator.close();
    assertEquals(0, memory.heldBytes());
  }

  @Test
  void aBlockIsWholeOsPagesAndZero() {
    for (long byteSize : new long[] {0, 1, osPage - 1, osPage, osPage + 1, 10 * osPage, 1 << 20}) {
      long p = allocator.malloc(byteSize);
      long osPages = Math.max(1, Math.ceilDiv(byteSize, osPage));
      assertEquals(osPages * osPage, allocator.usableSize(p));
      assertEquals(osPages * osPage, memory.heldBytes());
      assertEquals(0, p % osPage);
      OffHeap.assertZero(p, allocator.usableSize(p), "a mapping");
      allocator.free(p);
    }
  }

  @Test
  void aFreedBlockIsUnmappedAtOnce() {
    long p = allocator.malloc(1 << 20);
    assertEquals(1 << 20, memory.heldBytes());
    allocator.free(p);
    assertEquals(0, memory.heldBytes());
    assertEquals(0, allocator.trim(), "nothing is left to give back");
  }

  @Test
  void whatAnAlignmentNeededInExcessGoesBack() {
    for (long alignment = 1; alignment <= 1L << 31; alignment <<= 1) {
      long p = allocator.malloc(3 * osPage, alignment);
      assertEquals(0, p & (alignment - 1));
      assertEquals(3 * osPage, memory.heldBytes(), "at alignment " + alignment);
      allocator.free(p);
    }
  }

  /** Returns a block that something else lies behind, so that it cannot grow where it is. */
  private long hemmedIn(long byteSize) {
    long p = allocator.malloc(byteSize + osPage);
    return allocator.realloc(p, byteSize); // its last OS page is free; filled below, if it can be
  }

  private void fillHoles(long behind) {
    long filler;
    do {
      filler = allocator.malloc(1);
    } while (filler > behind);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aBlockThatMovesIsNotCopied() throws IOException {
    long held = 1L << 30;
    long p = hemmedIn(held);
    fillHoles(p + held);
    Block first = Block.write(p, 1000, 1);
    Block last = Block.write(p + held - 1000, 1000, 2);
    long mapped = memory.mapped();
    long before = residentKibibytes();
    long moved = allocator.realloc(p, held + (1 << 20));
    assertNotEquals(p, moved, "there is no room behind it");
    first.checkMovedTo(moved, 1000);
    last.checkMovedTo(moved + held - 1000, 1000);
    OffHeap.assertZero(moved + held, 1 << 20, "what it grew by");
    assertEquals(mapped, memory.mapped(), "nothing was mapped to copy to");
    assertTrue(residentKibibytes() - before < 100 << 10, "a copy touches 1 GiB");
    assertEquals("double free", messageOfFree(p).substring(0, 11), "its old place is free");
    allocator.free(moved);
  }

  private static long residentKibibytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS");
  }

  private String messageOfFree(long address) {
    return assertThrows(RuntimeException.class, () -> allocator.free(address)).getMessage();
  }

  @Test
  void aBlockIsCopiedWhereTheSystemCannotMoveIt() {
    memory.refuseResizes();
    Block block = Block.write(allocator.malloc(10 * osPage), 10 * osPage, 3);
    long moved = allocator.realloc(block.address(), 20 * osPage);
    block.checkMovedTo(moved, 10 * osPage);
    assertEquals(20 * osPage, memory.heldBytes());
    assertEquals(2, allocator.longestOperationSteps());
    allocator.free(moved);
  }

  @Test
  void aBlockThatShrinksGivesItsEndBackAndGrowsIntoItAgain() {
    Block block = Block.write(allocator.malloc(8 * osPage), 8 * osPage, 4);
    assertEquals(block.address(), allocator.realloc(block.address(), 3 * osPage - 1));
    assertEquals(3 * osPage, memory.heldBytes());
    assertEquals(3 * osPage, allocator.usableSize(block.address()));
    block.checkMovedTo(block.address(), 3 * osPage);
    long grown = allocator.realloc(block.address(), 8 * osPage);
    block.checkMovedTo(grown, 3 * osPage);
    OffHeap.assertZero(grown + 3 * osPage, 5 * osPage, "what it grew by");
    assertEquals(1, allocator.longestOperationSteps());
    allocator.free(grown);
  }

  @Test
  void aReallocatedSegmentKeepsItsContentsWhereverItGoes() {
    for (boolean resizes : new boolean[] {true, false}) {
      if (!resizes) {
        memory.refuseResizes();
      }
      MemorySegment segment = allocator.allocate(2 * osPage, 1);
      Block block = Block.write(segment.address(), 2 * osPage, 5);
      for (long byteSize : new long[] {7 * osPage, osPage + 1, 30 * osPage, 1}) {
        segment = allocator.reallocate(segment, byteSize);
        assertEquals(byteSize, segment.byteSize());
        block = new Block(block.address(), Math.min(block.byteSize(), byteSize), 5);
        block.checkMovedTo(segment.address(), block.byteSize());
      }
      allocator.free(segment);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ofThreadsThatEndABlockTogetherOneDoes(boolean bySize) throws InterruptedException {
    for (int round = 0; round < 300; round++) {
      long p = allocator.malloc(4 * osPage);
      AtomicInteger ended = new AtomicInteger();
      Crowd.Member end =
          (i, _) -> {
            try {
              if (bySize && i % 2 == 0) {
                long moved = allocator.realloc(p, (8 + i) * osPage, 1L << 20);
                ended.getAndIncrement();
                allocator.free(moved);
              } else {
                allocator.free(p);
                ended.getAndIncrement();
              }
            } catch (IllegalStateException doubleFree) {
              assertTrue(doubleFree.getMessage().contains("double free"), doubleFree.getMessage());
            }
          };
      new Crowd(round).run(4, Crowd.PLATFORM, end);
      if (!bySize) { // else the address may be another thread's block by then
        assertEquals(1, ended.get());
      }
      assertEquals(0, memory.heldBytes());
    }
  }

  @Test
  void theStartOfAFreedBlockIsInsideTheLiveOneThatLiesThereNow() {
    PageAllocator addresses = new PageAllocator(new FakeVirtualMemory(1 << 20, 0x7000_0000_0000L));
    long low = addresses.malloc(2 * 4096);
    long high = addresses.malloc(1);
    addresses.free(low);
    addresses.free(high);
    assertTrue(addresses.owns(high), "it was handed out");
    assertEquals(low, addresses.malloc(3 * 4096));
    assertFalse(addresses.owns(high));
    String message =
        assertThrows(IllegalArgumentException.class, () -> addresses.free(high)).getMessage();
    assertTrue(message.contains("inside a slot: offset 8192"), message);
    addresses.free(low);
    assertTrue(addresses.owns(high));
    assertThrows(IllegalStateException.class, () -> addresses.free(high));
    message =
        assertThrows(RuntimeException.class, () -> addresses.usableSize(high + 1)).getMessage();
    assertTrue(message.contains("inside a slot that was freed: offset 1 "), message);
  }

  @Test
  void whereTheSystemDoesNotUnmapABlockItStaysLive() {
    Block block = Block.write(allocator.malloc(4 * osPage), 4 * osPage, 6);
    memory.refuseReleases(1);
    String message = messageOfFree(block.address());
    assertTrue(message.contains("vm.max_map_count"), message);
    block.check();
    assertEquals(1, allocator.stats().liveBlocks());
    memory.refuseReleases(1);
    assertEquals(block.address(), allocator.realloc(block.address(), 1), "not shrunk, but served");
    assertEquals(4 * osPage, allocator.usableSize(block.address()));
    allocator.free(block.address());
  }

  @Test
  void aMoveWhoseOldBlockIsNotUnmappedIsUndone() {
    memory.refuseResizes();
    Block block = Block.write(allocator.malloc(osPage), osPage, 7);
    memory.refuseReleases(1);
    assertThrows(IllegalStateException.class, () -> allocator.realloc(block.address(), 2 * osPage));
    block.check();
    assertEquals(osPage, memory.heldBytes());
    allocator.free(block.address());
  }

  @Test
  void closeIsRefusedWhileAnArenaIsOpen() {
    try (Arena arena = allocator.confinedArena()) {
      arena.allocate(10);
      assertThrows(IllegalStateException.class, allocator::close);
      arena.allocate(10);
    }
  }

  @Test
  void aCloseThatTheSystemRefusesCanBeMadeAgain() {
    long p = allocator.malloc(1);
    allocator.malloc(1 << 20);
    memory.refuseReleases(1);
    assertThrows(IllegalStateException.class, allocator::close);
    assertEquals("page allocator, closed", allocator.toString());
    assertTrue(memory.heldBytes() > 0, "one is left");
    assertThrows(IllegalStateException.class, () -> allocator.free(p));
  }

  @Test
  void theEndOfTheStackChangesNothing() throws InterruptedException {
    long[] last = {allocator.malloc(1)};
    DeepCalls.untilTheStackEnds(
        () -> {
          long p = allocator.malloc(3 * osPage, 1 << 20);
          last[0] = allocator.realloc(last[0], osPage * (1 + Math.floorMod(p >>> 20, 50)));
          allocator.free(p);
        });
    // A call of the three that the stack's end met has done nothing: a block of malloc may be left.
    assertEquals(memory.heldBytes(), allocator.stats().reservedBytes());
    allocator.free(last[0]);
  }

  @Test
  void aCallLooksAtOneBlock() {
    assertEquals(0, allocator.longestOperationSteps());
    allocator.free(allocator.malloc(1));
    assertEquals(1, allocator.longestOperationSteps());
  }

  @Test
  void figuresCountBlocksBySize() {
    long[] live = {allocator.malloc(1), allocator.malloc(2), allocator.malloc(3 * osPage)};
    assertEquals(
        List.of(new SizeClassStats(osPage, 2, 0), new SizeClassStats(3 * osPage, 1, 0)),
        allocator.stats().sizeClasses());
    assertEquals(5 * osPage, allocator.stats().reservedBytes());
    for (long p : live) {
      allocator.free(p);
    }
  }
}
