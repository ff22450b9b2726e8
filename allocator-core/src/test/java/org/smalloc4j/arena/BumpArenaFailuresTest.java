package org.smalloc4j.arena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smalloc4j.LimitedAllocator;
import org.smalloc4j.OutOfMemoryFails;

/** A call that fails has changed nothing, wherever it fails. */
@ExtendWith(OutOfMemoryFails.class)
class BumpArenaFailuresTest {
  private final LimitedAllocator heap = new LimitedAllocator();
  private final BumpArena arena = BumpArena.over(heap);

  @AfterEach
  void close() {
    arena.close();
    assertEquals(0, heap.live());
    heap.close();
  }

  @Test
  void anAllocatorThatIsExhaustedInTheMiddleLeavesTheArenaAsItWas() {
    long first = arena.malloc(100, 1);
    long mark = arena.mark();
    heap.allow(0);
    for (long byteSize : new long[] {70_000, 4 << 20, 5 << 20}) {
      assertThrows(OutOfMemoryError.class, () -> arena.malloc(byteSize, 1));
      assertThrows(OutOfMemoryError.class, () -> arena.allocate(byteSize, 1));
      assertEquals(100, arena.usedBytes());
      assertEquals(65_536, arena.heldBytes());
    }
    assertEquals(first + 100, arena.malloc(65_436, 1));
    arena.rollback(mark);
    heap.allow(10);
    arena.malloc(70_000, 1);
    assertEquals(65_536 + 131_072, arena.heldBytes(), "growth goes on where it was");
  }

  @Test
  void anExhaustedAllocatorBeforeTheFirstBlockIsNotTheEnd() {
    heap.allow(0);
    assertThrows(OutOfMemoryError.class, () -> arena.malloc(1, 1));
    assertThrows(OutOfMemoryError.class, () -> arena.malloc(1 << 23, 1));
    assertEquals(0, arena.heldBytes());
    heap.allow(1);
    arena.malloc(1, 1);
    assertEquals(65_536, arena.heldBytes());
  }

  @Test
  void anAlignmentThatNoBlockCanHaveIsRefused() {
    assertThrows(OutOfMemoryError.class, () -> arena.malloc(1, 1L << 62));
    assertThrows(OutOfMemoryError.class, () -> arena.malloc(Long.MAX_VALUE, 1));
    assertThrows(OutOfMemoryError.class, () -> arena.malloc(Long.MAX_VALUE, 1L << 62));
    assertEquals(0, arena.heldBytes());
  }

  @Test
  void aBlockThatItsUserFreedIsReportedOnceAndTheOthersGoBack() {
    BumpArena other = BumpArena.over(heap);
    long first = other.malloc(1, 1);
    other.malloc(70_000, 1);
    other.malloc(5 << 20, 1);
    heap.free(first);
    assertThrows(IllegalStateException.class, other::close);
    assertEquals(0, heap.live());
    assertEquals(1, heap.attached());
    other.close();
  }

  @Test
  void theEndOfTheStackLeavesTheArenaWhole() throws InterruptedException {
    DeepCalls.untilTheStackEnds(
        () -> {
          long used = arena.usedBytes();
          try {
            arena.malloc(3000, 8);
          } catch (StackOverflowError e) {
            assertEquals(used, arena.usedBytes());
            throw e;
          }
        });
    arena.malloc(100_000, 1);
    arena.reset();
    assertEquals(0, arena.usedBytes());
  }
}
