package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.Allocator;
import org.smalloc4j.BlockModel;
import org.smalloc4j.ChildJvm;

/** Memory that grows at its end, and growers that do not keep the rules. */
class GrowersTest {
  private static final int BYTES = 1 << 20;

  private static void assertRefused(
      Class<? extends Throwable> type, Executable call, String... parts) {
    String message = String.valueOf(assertThrows(type, call).getMessage());
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "no '" + part + "' in: " + message);
    }
  }

  /** Gives out a segment bit by bit. */
  private static final class Pieces implements Grower {
    private final MemorySegment all;
    private final List<Long> asked = new ArrayList<>();
    private long pieceBytes;
    private long given;
    private boolean isClosed;

    Pieces(Arena arena, long pieceBytes) {
      this.all = arena.allocate(BYTES, 16);
      this.pieceBytes = pieceBytes;
    }

    @Override
    public MemorySegment grow(long byteSize) {
      asked.add(byteSize);
      long bytes = Math.min(pieceBytes == 0 ? byteSize : pieceBytes, BYTES - given);
      given += bytes;
      return all.asSlice(given - bytes, bytes);
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }

  @ParameterizedTest
  @EnumSource
  void growthIsContiguousAndNoMoreThanIsNeeded(Coalescing coalescing) {
    try (Arena arena = Arena.ofConfined()) {
      Pieces pieces = new Pieces(arena, 0);
      try (FirstFitAllocator heap = FirstFitAllocator.raw(pieces, coalescing)) {
        long a = heap.malloc(1000);
        long b = heap.malloc(1000);
        assertEquals(a + 1008, b);
        heap.free(b);
        assertEquals(b, heap.malloc(3000), "the free block at the end is used");
        assertEquals(64 + 1008 + 3008, pieces.given);
        long c = heap.malloc(24, 4096);
        assertEquals(0, c % 4096);
        assertEquals(c + 24 + 8 - pieces.all.address(), pieces.given);
        FirstFitWalk.check(heap, List.of(a, b, c));
      }
      assertTrue(pieces.isClosed);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 16, 24, 100, 4096})
  void anAnswerMayBeShorterThanWhatWasAsked(long pieceBytes) {
    try (Arena arena = Arena.ofConfined()) {
      Pieces pieces = new Pieces(arena, 128);
      try (FirstFitAllocator heap = FirstFitAllocator.raw(pieces, Coalescing.AT_FREE)) {
        pieces.pieceBytes = pieceBytes;
        BlockModel model = new BlockModel(heap);
        long address = heap.malloc(500);
        model.add(address, 500, 1);
        model.add(heap.malloc(300, 64), 300, 2);
        model.check();
        FirstFitWalk.check(heap, model.addresses());
      }
    }
  }

  @Test
  void aGrowerThatGaveAllIsAskedNoMoreThanOnceForEachRequest() {
    try (Arena arena = Arena.ofConfined()) {
      Pieces pieces = new Pieces(arena, BYTES);
      try (FirstFitAllocator heap = FirstFitAllocator.raw(pieces)) {
        assertEquals(Allocator.NULL, heap.tryMalloc(BYTES, 1));
        assertEquals(2, pieces.asked.size());
        assertRefused(OutOfMemoryError.class, () -> heap.malloc(BYTES), "" + BYTES, "grower");
        assertTrue(heap.malloc(BYTES - 1000) != Allocator.NULL);
      }
    }
  }

  @Test
  void aGrowerThatIsNotContiguousIsRefusedWithTheAddress() {
    try (Arena arena = Arena.ofConfined()) {
      Grower apart = _ -> arena.allocate(4096, 16);
      try (FirstFitAllocator heap = FirstFitAllocator.raw(apart)) {
        long p = heap.malloc(100);
        assertRefused(IllegalStateException.class, () -> heap.malloc(8000), "not contiguous", "0x");
        FirstFitWalk.check(heap, List.of(p));
      }
    }
  }

  @Test
  void whatAGrowerThrowsIsThrownAndNothingHasChanged() {
    try (Arena arena = Arena.ofConfined()) {
      Pieces pieces = new Pieces(arena, 0);
      boolean[] fails = {false};
      Grower failing =
          byteSize -> {
            if (fails[0]) {
              throw new UnsupportedOperationException("no more today");
            }
            return pieces.grow(byteSize);
          };
      try (FirstFitAllocator heap = FirstFitAllocator.locked(failing)) {
        long p = heap.malloc(100);
        fails[0] = true;
        assertRefused(UnsupportedOperationException.class, () -> heap.malloc(1000), "today");
        FirstFitWalk.check(heap, List.of(p));
        fails[0] = false;
        FirstFitWalk.check(heap, List.of(p, heap.malloc(1000)));
      }
    }
  }

  @Test
  void aGrowerThatCallsItsHeapIsRefused() {
    for (boolean isLocked : new boolean[] {false, true}) {
      try (Arena arena = Arena.ofConfined()) {
        Pieces pieces = new Pieces(arena, 0);
        FirstFitAllocator[] self = new FirstFitAllocator[1];
        Grower calling =
            byteSize -> {
              if (self[0] != null) {
                self[0].malloc(8);
              }
              return pieces.grow(byteSize);
            };
        self[0] = isLocked ? FirstFitAllocator.locked(calling) : FirstFitAllocator.raw(calling);
        assertRefused(IllegalStateException.class, () -> self[0].malloc(1000), "own grower");
        FirstFitWalk.check(self[0], List.of());
        self[0].close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63})
  void aFixedSegmentThatIsTooSmallIsRefusedWithItsSize(int bytes) {
    try (Arena arena = Arena.ofConfined()) {
      Grower small = Growers.fixed(arena.allocate(bytes, 16));
      assertRefused(
          IllegalArgumentException.class, () -> FirstFitAllocator.raw(small), bytes + " bytes");
    }
  }

  @Test
  void aFixedSegmentIsUsedFromItsFirstToItsLastByte() {
    try (Arena arena = Arena.ofConfined()) {
      for (int skew = 0; skew < 16; skew++) {
        MemorySegment segment = arena.allocate(1024, 16).asSlice(skew, 1000 - skew);
        try (FirstFitAllocator heap = FirstFitAllocator.raw(Growers.fixed(segment))) {
          long p = heap.malloc(1);
          long largest = 0;
          for (long bytes = 1000; bytes > 0; bytes--) {
            long q = heap.tryMalloc(bytes, 1);
            if (q != Allocator.NULL) {
              largest = Math.max(largest, bytes);
              assertTrue(q + bytes <= segment.address() + segment.byteSize());
              heap.free(q);
            }
          }
          assertEquals(0, p % 16);
          assertTrue(largest >= 1000 - 16 - 64 - 32 - 8 - 24, "largest " + largest);
        }
      }
    }
  }

  @Test
  void aSegmentThatCannotBeUsedIsRefused() {
    assertRefused(
        IllegalArgumentException.class,
        () -> Growers.fixed(MemorySegment.ofArray(new byte[1000])),
        "Java heap");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment readOnly = arena.allocate(1000).asReadOnly();
      assertRefused(
          IllegalArgumentException.class, () -> Growers.fixed(readOnly), "read-only", "written");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 127, (1L << 40) + 1, Long.MAX_VALUE})
  void aBoundOutOfRangeIsRefusedByName(long bytes) {
    Class<IllegalArgumentException> type = IllegalArgumentException.class;
    String value = " is " + bytes + "; expected";
    assertRefused(type, () -> Growers.reserved(bytes), "maxBytes" + value);
    assertRefused(type, () -> Growers.file(Path.of("none"), bytes), "maxBytes" + value);
    assertRefused(type, () -> Growers.brk(bytes), "stepBytes" + value);
  }

  @Test
  void aStepThatLeavesTheBreakUnalignedIsRefused() {
    assertRefused(IllegalArgumentException.class, () -> Growers.brk(5000), "5000", "multiple of");
  }

  @Test
  void aHeapOnTheBreakWorksInAProcessOfItsOwn(@TempDir Path directory)
      throws IOException, InterruptedException {
    String output = new ChildJvm(directory).run(BreakProgram.class).succeeded().output();
    assertEquals("10000 blocks", output);
  }
}
