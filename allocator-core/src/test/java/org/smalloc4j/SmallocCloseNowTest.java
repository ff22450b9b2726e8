package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** The end of a heap on which something is open. */
class SmallocCloseNowTest {
  private final Smalloc heap = Smalloc.builder().regionBits(32).build();

  private void checkClosed() {
    assertThrows(IllegalStateException.class, () -> heap.malloc(8));
    assertThrows(IllegalStateException.class, () -> heap.confinedArena());
    assertDoesNotThrow(heap::close);
    assertDoesNotThrow(heap::closeNow);
  }

  @Test
  void aSharedArenaIsClosedFirst() {
    Arena arena = heap.sharedArena();
    MemorySegment segment = arena.allocate(100);
    assertThrows(IllegalStateException.class, heap::close);
    heap.malloc(8);
    heap.closeNow();
    assertFalse(arena.scope().isAlive());
    assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
    checkClosed();
  }

  @Test
  void aConfinedArenaKeepsItsSegmentsUntilItIsClosed() {
    Arena arena = heap.confinedArena();
    MemorySegment segment = arena.allocate(100);
    for (int i = 0; i < 20; i++) {
      arena.allocate(8);
    }
    assertThrows(IllegalStateException.class, heap::close);
    heap.closeNow();
    segment.set(ValueLayout.JAVA_BYTE, 99, (byte) 7);
    assertEquals(7, segment.get(ValueLayout.JAVA_BYTE, 99));
    assertThrows(IllegalStateException.class, () -> arena.allocate(8));
    arena.close();
    assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
    checkClosed();
  }

  @Test
  void aConfinedArenaOfADeadThreadDoesNotKeepTheHeapOpen() throws InterruptedException {
    MemorySegment[] segment = new MemorySegment[1];
    Thread thread = new Thread(() -> segment[0] = heap.confinedArena().allocate(100));
    thread.start();
    thread.join();
    assertThrows(IllegalStateException.class, heap::close);
    heap.closeNow();
    assertTrue(segment[0].scope().isAlive());
    checkClosed();
  }

  @Test
  void anArenaInUseByACallRefusesAndTheHeapStaysOpen() {
    Arena arena = heap.sharedArena();
    MemorySegment segment = arena.allocate(100);
    AutoCloseable busy =
        () -> {
          throw new IllegalStateException("in use");
        };
    heap.attach(busy);
    assertThrows(IllegalStateException.class, heap::closeNow);
    assertFalse(segment.scope().isAlive());
    heap.free(heap.malloc(8));
    heap.detach(busy);
    heap.closeNow();
    checkClosed();
  }
}
