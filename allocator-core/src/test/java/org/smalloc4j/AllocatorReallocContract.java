package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** realloc keeps the contents up to the smaller size, and a refusal leaves the block as it was. */
interface AllocatorReallocContract extends AllocatorContract {
  /** Sizes that blocks are changed from and to, up to 64 KiB + 1. */
  long[] RESIZED = AllocatorContract.borderSizes(1L << 16);

  private void resize(long oldSize, long newSize, long newAlignment, long seed) {
    String change = oldSize + " to " + newSize + " bytes at alignment " + newAlignment;
    Block block = Block.write(allocator().malloc(oldSize), oldSize, seed);
    long address = allocator().realloc(block.address(), newSize, newAlignment);
    assertNotEquals(Allocator.NULL, address, change);
    assertEquals(0, address & (newAlignment - 1), change);
    assertTrue(allocator().usableSize(address) >= newSize, change);
    block.checkMovedTo(address, Math.min(oldSize, newSize));
    Block.write(address, newSize, ~seed).check();
    assertEquals(1, allocator().stats().liveBlocks(), change);
    allocator().free(address);
  }

  @Test
  default void contentsAreKeptFromEverySizeToEverySize() {
    SplittableRandom random = new SplittableRandom(3);
    for (long oldSize : RESIZED) {
      for (long newSize : RESIZED) {
        resize(oldSize, newSize, 1, random.nextLong());
      }
    }
  }

  @Test
  default void contentsAreKeptAtEveryNewAlignment() {
    SplittableRandom random = new SplittableRandom(4);
    for (long oldSize : new long[] {0, 1, 4, 100, 4096, 5000}) {
      for (long newSize : new long[] {0, 3, 4, 120, 4097, 70_000}) {
        for (long alignment : alignments()) {
          resize(oldSize, newSize, alignment, random.nextLong());
        }
      }
    }
  }

  @Test
  default void allUsableBytesAreKeptNotOnlyThoseAskedFor() {
    long address = allocator().malloc(33);
    Block block = Block.write(address, allocator().usableSize(address), 5);
    long moved = allocator().realloc(address, 10_000);
    block.checkMovedTo(moved, block.byteSize());
    allocator().free(moved);
  }

  @Test
  default void contentsSurviveGrowingAndShrinkingByteByByte() {
    long address = allocator().malloc(0);
    Block block = new Block(address, 0, 6);
    for (long byteSize = 1; byteSize <= 2000; byteSize++) {
      address = allocator().realloc(block.address(), byteSize);
      block.checkMovedTo(address, block.byteSize());
      block = Block.write(address, byteSize, 6);
    }
    for (long byteSize = 1999; byteSize >= 0; byteSize--) {
      address = allocator().realloc(block.address(), byteSize);
      block.checkMovedTo(address, byteSize);
      block = new Block(address, byteSize, 6);
    }
    allocator().free(address);
  }

  @Test
  default void manyBlocksGrowWithoutDisturbingEachOther() {
    SplittableRandom random = new SplittableRandom(7);
    BlockModel model = new BlockModel(allocator());
    for (int i = 0; i < 100; i++) {
      model.add(allocator().malloc(8), 8, random.nextLong());
    }
    for (int step = 0; step < 3000; step++) {
      Block block = model.remove(random);
      long byteSize = Math.min(block.byteSize() * 5 / 4 + 1, 1L << 16);
      long moved = allocator().realloc(block.address(), byteSize);
      block.checkMovedTo(moved, Math.min(block.byteSize(), byteSize));
      model.add(moved, byteSize, random.nextLong());
    }
    model.check();
    checkAtRest(allocator(), model.addresses());
    model.freeAll(random);
  }

  @Test
  default void reallocOfNullIsMalloc() {
    for (long alignment : alignments()) {
      long address = allocator().realloc(Allocator.NULL, 24, alignment);
      assertEquals(0, address & (alignment - 1));
      assertTrue(allocator().usableSize(address) >= 24);
      allocator().free(address);
    }
    allocator().free(allocator().realloc(Allocator.NULL, 24));
    assertRefused(
        IllegalArgumentException.class, () -> allocator().realloc(Allocator.NULL, -24), -24);
    assertRefused(
        IllegalArgumentException.class, () -> allocator().realloc(Allocator.NULL, 24, 24), 24);
    assertRefused(
        OutOfMemoryError.class,
        () -> allocator().realloc(Allocator.NULL, largestBlock() + 1),
        largestBlock() + 1);
  }

  @Test
  default void reallocToNothingKeepsABlock() {
    List<Long> live = new ArrayList<>();
    for (long oldSize : RESIZED) {
      live.add(allocator().realloc(allocator().malloc(oldSize), 0));
    }
    assertEquals(RESIZED.length, live.stream().distinct().count());
    assertEquals(RESIZED.length, allocator().stats().liveBlocks());
    live.forEach(allocator()::free);
  }

  @Test
  default void reallocToTheLargestBlockKeepsTheContents() {
    Block block = Block.write(allocator().malloc(1000), 1000, 8);
    long large = allocator().realloc(block.address(), largestBlock());
    block.checkMovedTo(large, 1000);
    assertTrue(allocator().usableSize(large) >= largestBlock());
    long small = allocator().realloc(large, 500);
    block.checkMovedTo(small, 500);
    allocator().free(small);
  }

  @Test
  default void aRefusedReallocLeavesTheBlockUntouched() {
    Block block = Block.write(allocator().malloc(100), 100, 9);
    long p = block.address();
    long tooMuch = largestBlock() + 1;
    assertChangesNothing(OutOfMemoryError.class, () -> allocator().realloc(p, tooMuch));
    assertChangesNothing(OutOfMemoryError.class, () -> allocator().realloc(p, Long.MAX_VALUE));
    assertChangesNothing(OutOfMemoryError.class, () -> allocator().realloc(p, 10, 1L << 62));
    assertChangesNothing(IllegalArgumentException.class, () -> allocator().realloc(p, -1));
    assertChangesNothing(IllegalArgumentException.class, () -> allocator().realloc(p, 10, 0));
    assertChangesNothing(IllegalArgumentException.class, () -> allocator().realloc(p, 10, 6));
    block.check();
    allocator().free(p);
  }

  @Test
  default void aReallocThatFindsNothingLeftLeavesTheBlockUntouched() {
    try (Allocator small = newSmallAllocator()) {
      Block block = Block.write(small.malloc(100), 100, 10);
      List<Long> live = new ArrayList<>();
      for (long a = small.tryMalloc(256, 1); a != Allocator.NULL; a = small.tryMalloc(256, 1)) {
        live.add(a);
      }
      assertRefused(OutOfMemoryError.class, () -> small.realloc(block.address(), 300), 300);
      block.check();
      assertEquals(live.size() + 1, small.stats().liveBlocks());
      live.forEach(small::free);
      small.trim();
      long moved = small.realloc(block.address(), 300);
      block.checkMovedTo(moved, 100);
      small.free(moved);
      checkAtRest(small, List.of());
    }
  }
}
