package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that cannot be served, and what the refusals say. */
interface AllocatorErrorsContract extends AllocatorContract {

  @ParameterizedTest
  @ValueSource(longs = {-1, -2, -4096, Integer.MIN_VALUE, Long.MIN_VALUE})
  default void aNegativeSizeIsRefusedByName(long byteSize) {
    Class<IllegalArgumentException> type = IllegalArgumentException.class;
    assertRefused(type, () -> allocator().malloc(byteSize), byteSize);
    assertRefused(type, () -> allocator().malloc(byteSize, 8), byteSize);
    assertRefused(type, () -> allocator().tryMalloc(byteSize, 8), byteSize);
    assertRefused(type, () -> allocator().calloc(byteSize), byteSize);
    assertRefused(type, () -> allocator().calloc(byteSize, 8), byteSize);
    long p = allocator().malloc(8);
    assertRefused(type, () -> allocator().realloc(p, byteSize), byteSize);
    assertRefused(type, () -> allocator().realloc(p, byteSize, 8), byteSize);
    allocator().free(p);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 6, 7, 100, -1, -8, 4097, Long.MIN_VALUE, Long.MAX_VALUE})
  default void anAlignmentThatIsNoPowerOfTwoIsRefusedByName(long byteAlignment) {
    Class<IllegalArgumentException> type = IllegalArgumentException.class;
    assertRefused(type, () -> allocator().malloc(8, byteAlignment), byteAlignment);
    assertRefused(type, () -> allocator().tryMalloc(8, byteAlignment), byteAlignment);
    assertRefused(type, () -> allocator().calloc(8, byteAlignment), byteAlignment);
    assertRefused(type, () -> allocator().allocate(8, byteAlignment), byteAlignment);
    long p = allocator().malloc(8);
    assertRefused(type, () -> allocator().realloc(p, 8, byteAlignment), byteAlignment);
    allocator().free(p);
  }

  @Test
  default void aSizeAboveTheLargestBlockIsOutOfMemory() {
    for (long byteSize :
        new long[] {
          largestBlock() + 1,
          (largestBlock() << 1) - 1,
          largestBlock() << 1,
          1L << 32,
          1L << 62,
          Long.MAX_VALUE - 1,
          Long.MAX_VALUE
        }) {
      assertRefused(OutOfMemoryError.class, () -> allocator().malloc(byteSize), byteSize);
      assertRefused(OutOfMemoryError.class, () -> allocator().malloc(byteSize, 16), byteSize);
      assertRefused(OutOfMemoryError.class, () -> allocator().calloc(byteSize), byteSize);
      assertRefused(OutOfMemoryError.class, () -> allocator().calloc(byteSize, 16), byteSize);
      assertEquals(Allocator.NULL, allocator().tryMalloc(byteSize, 16));
    }
  }

  @Test
  default void anAlignmentAboveTheLargestBlockIsOutOfMemory() {
    for (long alignment = largestBlock() << 1; alignment > 0; alignment <<= 1) {
      long asked = alignment;
      assertRefused(OutOfMemoryError.class, () -> allocator().malloc(24, asked), 24, asked);
      assertRefused(OutOfMemoryError.class, () -> allocator().calloc(24, asked), 24, asked);
      assertEquals(Allocator.NULL, allocator().tryMalloc(24, asked));
    }
  }

  @Test
  default void moreThanTwoGibibytesIsRefusedWithTheLimitInWords() {
    assertRefused(OutOfMemoryError.class, () -> allocator().malloc((1L << 31) + 1), "2 GiB");
  }

  @Test
  default void refusalsChangeNothing() {
    long p = allocator().malloc(8);
    long tooMuch = largestBlock() + 1;
    assertChangesNothing(IllegalArgumentException.class, () -> allocator().malloc(-1));
    assertChangesNothing(IllegalArgumentException.class, () -> allocator().calloc(8, 24));
    assertChangesNothing(OutOfMemoryError.class, () -> allocator().malloc(tooMuch));
    assertChangesNothing(OutOfMemoryError.class, () -> allocator().calloc(tooMuch));
    assertChangesNothing(OutOfMemoryError.class, () -> allocator().realloc(p, tooMuch));
    allocator().free(p);
  }

  @Test
  default void freeOfNullDoesNothing() {
    AllocatorStats before = allocator().stats();
    allocator().free(Allocator.NULL);
    UnchangedFigures.check(before, allocator().stats(), "figures after refused calls");
  }

  @Test
  default void aSecondFreeOfTheBlockFreedLastIsCaughtInEverySize() {
    for (long byteSize = 1; byteSize <= largestBlock(); byteSize <<= 1) {
      long kept = allocator().malloc(byteSize);
      long p = allocator().malloc(byteSize);
      allocator().free(p);
      assertDoubleFreeOf(p);
      assertEquals(1, allocator().stats().liveBlocks());
      allocator().free(kept);
    }
  }

  @Test
  default void aDoubleFreeIsCaughtInAnotherThread() throws InterruptedException {
    assumeTrue(catchesDoubleFreesOfOtherThreads());
    long p = allocator().malloc(64);
    allocator().free(p);
    new Crowd(12).run(2, Crowd.MIXED, (_, _) -> assertDoubleFreeOf(p));
  }

  private void assertDoubleFreeOf(long p) {
    String hex = Long.toHexString(p);
    Class<IllegalStateException> type = IllegalStateException.class;
    assertRefused(type, () -> allocator().free(p), "double free", hex);
    assertRefused(type, () -> allocator().free(OffHeap.segmentAt(p)), "double free", hex);
  }

  @Test
  default void theBlockIsServedOnceAfterItsDoubleFreeWasCaught() {
    long p = allocator().malloc(64);
    allocator().free(p);
    assertDoubleFreeOf(p);
    BlockModel model = new BlockModel(allocator());
    for (int i = 0; i < 10; i++) {
      model.add(allocator().malloc(64), 64, i);
    }
    model.check();
    model.freeAll(new SplittableRandom(13));
  }
}
