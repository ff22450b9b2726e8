package org.smalloc4j.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.Allocator;
import org.smalloc4j.Smalloc;

class CacheAlignedAllocatorTest {
  private final Smalloc heap = Smalloc.create();

  @AfterEach
  void close() {
    heap.close();
  }

  private static void assertOwnLines(
      Allocator aligned, long address, long byteSize, int line, Set<Long> lines) {
    assertEquals(0, address % line);
    long usable = aligned.usableSize(address);
    assertEquals(0, usable % line);
    assertTrue(usable >= Math.max(byteSize, line));
    for (long offset = 0; offset < usable; offset += line) {
      assertTrue(lines.add(address + offset), "a line of two blocks");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64, 128, 4096})
  void everyBlockBeginsAndEndsOnALineOfItsOwn(int line) {
    CacheAlignedAllocator aligned = CacheAlignedAllocator.over(heap, line);
    Set<Long> lines = new HashSet<>();
    for (long byteSize = 0; byteSize <= 3 * line; byteSize += 1 + line / 32) {
      assertOwnLines(aligned, aligned.malloc(byteSize), byteSize, line, lines);
      assertOwnLines(aligned, aligned.malloc(byteSize, 8), byteSize, line, lines);
      assertOwnLines(aligned, aligned.tryMalloc(byteSize, 1), byteSize, line, lines);
      assertOwnLines(aligned, aligned.calloc(byteSize), byteSize, line, lines);
      long p = aligned.realloc(aligned.malloc(1), byteSize);
      assertOwnLines(aligned, p, byteSize, line, lines);
      p = aligned.allocate(byteSize, 1).address();
      assertOwnLines(aligned, p, byteSize, line, lines);
    }
  }

  @Test
  void aLineIs64BytesWhereNothingElseIsSaid() {
    CacheAlignedAllocator aligned = CacheAlignedAllocator.over(heap);
    assertEquals(64, aligned.usableSize(aligned.malloc(1)));
    assertEquals(1, aligned.allocate(1, 1).byteSize());
  }

  /** Remembers what it was asked for. */
  private static final class Asked extends ForwardingAllocator {
    long byteSize;
    long byteAlignment;

    Asked(Allocator inner) {
      super(inner);
    }

    private void note(long size, long alignment) {
      byteSize = size;
      byteAlignment = alignment;
    }

    @Override
    public long malloc(long size, long alignment) {
      note(size, alignment);
      return super.malloc(size, alignment);
    }

    @Override
    public long tryMalloc(long size, long alignment) {
      note(size, alignment);
      return super.tryMalloc(size, alignment);
    }

    @Override
    public long calloc(long size, long alignment) {
      note(size, alignment);
      return super.calloc(size, alignment);
    }

    @Override
    public long realloc(long address, long size, long alignment) {
      note(size, alignment);
      return super.realloc(address, size, alignment);
    }
  }

  @Test
  void theInnerAllocatorIsAskedForWholeLinesAtALine() {
    Asked asked = new Asked(heap);
    CacheAlignedAllocator aligned = CacheAlignedAllocator.over(asked, 128);
    List<Runnable> calls =
        List.of(
            () -> aligned.malloc(130),
            () -> aligned.tryMalloc(130, 8),
            () -> aligned.calloc(130),
            () -> aligned.realloc(heap.malloc(8), 130));
    for (Runnable call : calls) {
      asked.note(0, 0);
      call.run();
      assertEquals(256, asked.byteSize);
      assertEquals(128, asked.byteAlignment);
    }
  }

  @Test
  void aLargerAlignmentIsKept() {
    CacheAlignedAllocator aligned = CacheAlignedAllocator.over(heap, 16);
    assertEquals(0, aligned.malloc(8, 1024) % 1024);
  }

  @Test
  void reallocMovesABlockThatIsNotAligned() {
    long p = heap.malloc(4);
    while (p % 64 == 0) {
      p = heap.malloc(4);
    }
    CacheAlignedAllocator aligned = CacheAlignedAllocator.over(heap);
    assertFalse(aligned.owns(p));
    long moved = aligned.realloc(p, 4);
    assertEquals(0, moved % 64);
    assertTrue(aligned.owns(moved));
  }

  @Test
  void usableBytesEndWithTheLastWholeLine() {
    OneSlot slot = new OneSlot();
    slot.usable = 200;
    assertEquals(192, CacheAlignedAllocator.over(slot).usableSize(OneSlot.ADDRESS));
  }

  @Test
  void anErrorNamesWhatWasAskedAndWhatThatCameTo() {
    CacheAlignedAllocator aligned = CacheAlignedAllocator.over(heap);
    long tooMuch = (1L << 31) + 1;
    OutOfMemoryError error = assertThrows(OutOfMemoryError.class, () -> aligned.malloc(tooMuch, 2));
    assertTrue(error.getMessage().contains(tooMuch + " bytes at alignment 2"), error.getMessage());
    assertTrue(error.getMessage().contains((tooMuch + 63) + " bytes in lines of 64"));
    assertTrue(error.getCause() instanceof OutOfMemoryError);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8, 15, 17, 48, 96, 8192, -16, -64, Integer.MIN_VALUE})
  void aLineThatIsNoPowerOfTwoFrom16To4096IsRefused(int line) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> CacheAlignedAllocator.over(heap, line))
            .getMessage();
    assertTrue(message.contains("lineBytes is " + line), message);
    assertTrue(message.contains("16 to 4096"), message);
  }
}
