package org.smalloc4j;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** calloc's blocks are zero, whether their memory is fresh or was used before. */
interface AllocatorZeroingContract extends AllocatorContract {
  /** What blocks are dirtied with. */
  byte DIRT = (byte) 0xA5;

  private static long[] zeroedSizes() {
    return LongStream.concat(
            LongStream.rangeClosed(0, 4097),
            LongStream.of(AllocatorContract.borderSizes(1L << 20)).filter(size -> size > 4097))
        .toArray();
  }

  private void checkZeroThenDirtyAndFree(long address, long byteSize, String use) {
    OffHeap.assertZero(address, byteSize, "calloc(" + byteSize + "), " + use);
    OffHeap.fill(address, byteSize, DIRT);
    allocator().free(address);
  }

  @Test
  default void callocIsZeroOnFirstAndSecondUse() {
    for (long byteSize : zeroedSizes()) {
      checkZeroThenDirtyAndFree(allocator().calloc(byteSize), byteSize, "first use");
      checkZeroThenDirtyAndFree(allocator().calloc(byteSize), byteSize, "second use");
    }
  }

  @Test
  default void callocIsZeroOnBlocksThatMallocDirtied() {
    for (long byteSize : zeroedSizes()) {
      long dirty = allocator().malloc(byteSize);
      OffHeap.fill(dirty, allocator().usableSize(dirty), DIRT);
      allocator().free(dirty);
      checkZeroThenDirtyAndFree(allocator().calloc(byteSize), byteSize, "after malloc");
    }
  }

  @Test
  default void callocIsZeroAtEveryAlignment() {
    for (long alignment : alignments()) {
      for (int use = 1; use <= 3; use++) {
        checkZeroThenDirtyAndFree(
            allocator().calloc(100, alignment), 100, "alignment " + alignment + ", use " + use);
      }
    }
  }

  @Test
  default void callocIsZeroForManyBlocksAtOnceOnFirstAndSecondUse() {
    for (int use = 1; use <= 2; use++) {
      List<Long> live = new ArrayList<>();
      for (long byteSize = 0; byteSize <= 4097; byteSize++) {
        long address = allocator().calloc(byteSize);
        OffHeap.assertZero(address, byteSize, "calloc(" + byteSize + "), use " + use);
        OffHeap.fill(address, allocator().usableSize(address), DIRT);
        live.add(address);
      }
      live.forEach(allocator()::free);
    }
  }

  @Test
  default void callocClearsNothingButItsBlock() {
    long below = allocator().malloc(64);
    long reused = allocator().malloc(64);
    long above = allocator().malloc(64);
    Block[] neighbours = {Block.write(below, 64, 1), Block.write(above, 64, 2)};
    OffHeap.fill(reused, 64, DIRT);
    allocator().free(reused);
    long address = allocator().calloc(64);
    OffHeap.assertZero(address, 64, "calloc between two live blocks");
    for (Block neighbour : neighbours) {
      neighbour.check();
      allocator().free(neighbour.address());
    }
    allocator().free(address);
  }
}
