package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Blocks as memory segments: exact, in the global scope, and given back by whatever views them. */
interface AllocatorSegmentsContract extends AllocatorContract {

  @Test
  default void aSegmentIsExactlyAsLongAndAsAlignedAsAsked() {
    for (long byteSize : AllocatorContract.borderSizes(largestBlock())) {
      for (long alignment : new long[] {1, 8, 64, 4096, largestBlock()}) {
        if (byteSize <= largestBlock()) {
          MemorySegment segment = allocator().allocate(byteSize, alignment);
          assertEquals(byteSize, segment.byteSize());
          assertEquals(0, segment.address() & (alignment - 1));
          assertTrue(allocator().owns(segment.address()));
          allocator().free(segment);
        }
      }
    }
  }

  @Test
  default void aSegmentIsInTheGlobalScopeAndWritable() throws InterruptedException {
    MemorySegment segment = allocator().allocate(100, 1);
    assertEquals(Arena.global().scope(), segment.scope());
    assertTrue(segment.isNative());
    assertFalse(segment.isReadOnly());
    Thread other = Thread.ofPlatform().start(() -> segment.set(ValueLayout.JAVA_BYTE, 99, DIRT));
    other.join();
    assertEquals(DIRT, segment.get(ValueLayout.JAVA_BYTE, 99));
    allocator().free(segment);
  }

  /** What another thread writes. */
  byte DIRT = 0x5A;

  @Test
  default void theAllocateMethodsOfTheJdkWork() {
    MemorySegment text = allocator().allocateFrom("smalloc4j");
    MemorySegment numbers = allocator().allocateFrom(ValueLayout.JAVA_LONG, 3, 1, 4, 1, 5);
    MemorySegment array = allocator().allocate(ValueLayout.JAVA_INT, 7);
    MemorySegment bytes = allocator().allocate(11);
    assertEquals("smalloc4j", text.getString(0));
    assertEquals(5, numbers.getAtIndex(ValueLayout.JAVA_LONG, 4));
    assertEquals(28, array.byteSize());
    assertEquals(11, bytes.byteSize());
    assertEquals(4, allocator().stats().liveBlocks());
    List.of(text, numbers, array, bytes).forEach(allocator()::free);
  }

  @Test
  default void anySegmentThatStartsAtABlockFreesIt() {
    List<Function<MemorySegment, MemorySegment>> views =
        List.of(
            segment -> segment,
            segment -> segment.asSlice(0, 3),
            segment -> segment.asSlice(0, 0),
            MemorySegment::asReadOnly,
            segment -> OffHeap.segmentAt(segment.address()));
    for (Function<MemorySegment, MemorySegment> view : views) {
      allocator().free(view.apply(allocator().allocate(64, 8)));
      assertEquals(0, allocator().stats().liveBlocks());
    }
    allocator().free(OffHeap.segmentAt(allocator().malloc(64)));
  }

  @Test
  default void aBlockOfASegmentIsFreedByItsAddressToo() {
    allocator().free(allocator().allocate(64, 8).address());
    assertEquals(0, allocator().stats().liveBlocks());
  }

  @Test
  default void theNullSegmentIsNoBlock() {
    allocator().free(MemorySegment.NULL);
    MemorySegment segment = allocator().reallocate(MemorySegment.NULL, 10);
    assertEquals(10, segment.byteSize());
    allocator().free(segment);
  }

  @Test
  default void aSegmentThatStartsInsideABlockIsRefused() {
    MemorySegment segment = allocator().allocate(64, 8);
    MemorySegment inside = segment.asSlice(24);
    assertChangesNothing(IllegalArgumentException.class, () -> allocator().free(inside));
    assertChangesNothing(IllegalArgumentException.class, () -> allocator().reallocate(inside, 9));
    if (checksAddressesExactly()) {
      assertRefused(
          IllegalArgumentException.class, () -> allocator().free(inside), "inside", "offset 24");
    }
    allocator().free(segment);
  }

  @Test
  default void aHeapSegmentIsRefused() {
    MemorySegment heap = MemorySegment.ofArray(new byte[64]);
    assertRefused(IllegalArgumentException.class, () -> allocator().free(heap), "heap", "native");
    assertRefused(
        IllegalArgumentException.class, () -> allocator().reallocate(heap, 8), "heap", "native");
  }

  @Test
  default void reallocateKeepsContentsAndIsExact() {
    for (long oldSize : new long[] {0, 1, 7, 64, 1000, 5000}) {
      for (long newSize : new long[] {0, 1, 8, 65, 999, 10_000}) {
        MemorySegment old = allocator().allocate(oldSize, 1);
        Block block = Block.write(old.address(), oldSize, oldSize ^ newSize << 32);
        MemorySegment segment = allocator().reallocate(old, newSize);
        assertEquals(newSize, segment.byteSize());
        assertEquals(Arena.global().scope(), segment.scope());
        block.checkMovedTo(segment.address(), Math.min(oldSize, newSize));
        assertEquals(1, allocator().stats().liveBlocks());
        allocator().free(segment);
      }
    }
  }

  @Test
  default void refusedSegmentsNameWhatWasAsked() {
    assertRefused(IllegalArgumentException.class, () -> allocator().allocate(-7, 1), -7);
    assertRefused(IllegalArgumentException.class, () -> allocator().allocate(7, 12), 12);
    long tooMuch = largestBlock() + 1;
    assertRefused(OutOfMemoryError.class, () -> allocator().allocate(tooMuch, 1), tooMuch);
    MemorySegment segment = allocator().allocate(7, 1);
    assertRefused(OutOfMemoryError.class, () -> allocator().reallocate(segment, tooMuch), tooMuch);
    assertRefused(IllegalArgumentException.class, () -> allocator().reallocate(segment, -9), -9);
    allocator().free(segment);
  }
}
