package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Every size at every alignment: the block is as large and as aligned as was asked. */
interface AllocatorSizesContract extends AllocatorContract {
  /** Blocks above this are reserved but not written: 1 MiB. */
  long LARGEST_WRITTEN = 1L << 20;

  @Test
  default void everySizeTo4097IsServedAtEveryAlignment() {
    for (long byteSize = 0; byteSize <= 4097; byteSize++) {
      for (long alignment : alignments()) {
        checkBlock(byteSize, alignment, allocator().malloc(byteSize, alignment));
      }
    }
  }

  @Test
  default void everySizeAroundAPowerOfTwoIsServedAtEveryAlignment() {
    for (long byteSize : AllocatorContract.borderSizes(largestBlock())) {
      for (long alignment : alignments()) {
        if (byteSize <= largestBlock()) {
          checkBlock(byteSize, alignment, allocator().malloc(byteSize, alignment));
        }
      }
    }
  }

  @Test
  default void everySizeIsServedWithoutAnAlignment() {
    for (long byteSize = 0; byteSize <= 4097; byteSize++) {
      checkBlock(byteSize, 1, allocator().malloc(byteSize));
    }
    for (long byteSize : AllocatorContract.borderSizes(largestBlock())) {
      if (byteSize <= largestBlock()) {
        checkBlock(byteSize, 1, allocator().malloc(byteSize));
      }
    }
  }

  @Test
  default void tryMallocServesWhatMallocServes() {
    for (long byteSize : AllocatorContract.borderSizes(largestBlock())) {
      for (long alignment : alignments()) {
        if (byteSize <= largestBlock()) {
          checkBlock(byteSize, alignment, allocator().tryMalloc(byteSize, alignment));
        }
      }
    }
  }

  @Test
  default void callocServesEverySizeAtEveryAlignment() {
    for (long byteSize : AllocatorContract.borderSizes(LARGEST_WRITTEN)) {
      for (long alignment : alignments()) {
        checkBlock(byteSize, alignment, allocator().calloc(byteSize, alignment));
      }
    }
  }

  private void checkBlock(long byteSize, long alignment, long address) {
    String asked = byteSize + " bytes at alignment " + alignment;
    assertNotEquals(Allocator.NULL, address, asked);
    assertEquals(0, address & (alignment - 1), asked);
    assertTrue(allocator().owns(address), asked);
    long usable = allocator().usableSize(address);
    assertTrue(usable >= byteSize && usable >= 4, asked);
    if (slotsArePowersOfTwo()) {
      long slot = Math.max(4, Math.max(alignment, roundedUpToPowerOfTwo(byteSize)));
      assertEquals(slot, usable, asked);
      assertEquals(0, address & (slot - 1), asked);
    }
    if (byteSize > 0 && byteSize <= LARGEST_WRITTEN) {
      OffHeap.storeByte(address, (byte) 1);
      OffHeap.storeByte(address + byteSize - 1, (byte) 2);
      assertEquals(2, OffHeap.loadByte(address + byteSize - 1), asked);
    }
    allocator().free(address);
  }

  private static long roundedUpToPowerOfTwo(long byteSize) {
    return byteSize <= 1 ? 1 : Long.highestOneBit(byteSize - 1) << 1;
  }

  @Test
  default void blocksOfAllSizesLiveSideBySide() {
    SplittableRandom random = new SplittableRandom(1);
    BlockModel model = new BlockModel(allocator());
    for (long byteSize = 0; byteSize <= 4097; byteSize++) {
      model.add(allocator().malloc(byteSize), byteSize, random.nextLong());
    }
    for (long byteSize : AllocatorContract.borderSizes(Math.min(LARGEST_WRITTEN, largestBlock()))) {
      if (byteSize <= largestBlock()) {
        model.add(allocator().malloc(byteSize, 64), byteSize, random.nextLong());
      }
    }
    model.check();
    checkAtRest(allocator(), model.addresses());
    model.freeAll(random);
  }

  @Test
  default void blocksOfNoBytesAreDistinctAndFreeable() {
    SplittableRandom random = new SplittableRandom(2);
    BlockModel model = new BlockModel(allocator());
    for (int i = 0; i < 1000; i++) {
      model.add(allocator().malloc(0), 0, random.nextLong());
      model.add(allocator().calloc(0), 0, random.nextLong());
      model.add(allocator().realloc(Allocator.NULL, 0), 0, random.nextLong());
      model.add(allocator().allocate(0).address(), 0, random.nextLong());
    }
    assertEquals(4000, model.size());
    model.check();
    model.freeAll(random);
  }

  @Test
  default void severalLargestBlocksAreToBeHadAtOnce() {
    long first = allocator().malloc(largestBlock());
    long second = allocator().malloc(largestBlock());
    assertTrue(Math.abs(first - second) >= largestBlock(), "distance of the largest blocks");
    assertTrue(allocator().usableSize(first) >= largestBlock());
    allocator().free(first);
    allocator().free(second);
  }

  @Test
  default void theSameMemoryIsServedAgainAfterItsFree() {
    allocator().free(allocator().malloc(largestBlock() / 4));
    AllocatorStats before = allocator().stats();
    for (int i = 0; i < 10_000; i++) {
      allocator().free(allocator().malloc(largestBlock() / 4));
    }
    UnchangedFigures.check(before, allocator().stats(), "figures after 10,000 blocks");
  }

  @Test
  default void onlyStartsOfBlocksAreOwned() {
    long address = allocator().malloc(64);
    assertTrue(allocator().owns(address));
    assertFalse(allocator().owns(Allocator.NULL));
    if (checksAddressesExactly()) {
      for (long offset = 1; offset < 64; offset++) {
        assertFalse(allocator().owns(address + offset), "offset " + offset);
      }
      for (long other : new long[] {1, -1, Long.MIN_VALUE, Long.MAX_VALUE, -address}) {
        assertFalse(allocator().owns(other), () -> "address " + other);
      }
    }
    allocator().free(address);
  }
}
