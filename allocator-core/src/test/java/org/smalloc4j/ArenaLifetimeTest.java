package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;
import static org.smalloc4j.ArenaKind.thrownElsewhere;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Arenas and the allocator under them: neither ends while the other needs it. */
@ExtendWith(OutOfMemoryFails.class)
class ArenaLifetimeTest {
  private static final Class<IllegalStateException> REFUSED = IllegalStateException.class;

  @Test
  void aHeapIsNotClosedWhileAConfinedArenaIsOpen() {
    Smalloc heap = Smalloc.builder().name("counted").regionBits(36).build();
    HeapArena one = heap.confinedArena();
    HeapArena other = heap.confinedArena();
    MemorySegment segment = one.allocate(8, 8);
    assertRefused(REFUSED, heap::close, "counted", "2 confined");
    other.close();
    assertRefused(REFUSED, heap::close, "1 confined");
    segment.set(ValueLayout.JAVA_LONG, 0, 1);
    heap.free(heap.malloc(8));
    one.close();
    assertDoesNotThrow(heap::close);
    assertThrows(REFUSED, heap::confinedArena);
  }

  @Test
  void aRefusedCloseOfAnArenaLeavesItCounted() throws Throwable {
    Smalloc heap = Smalloc.builder().regionBits(36).build();
    HeapArena arena = heap.confinedArena();
    Downcall.whileUsing(arena.allocate(8, 8), () -> assertThrows(REFUSED, arena::close));
    assertThrows(REFUSED, heap::close);
    arena.close();
    assertThrows(REFUSED, arena::close);
    heap.close();
  }

  @Test
  void arenasOfManyThreadsAreCounted() throws InterruptedException {
    Smalloc heap = Smalloc.builder().regionBits(36).build();
    List<Thread> threads = new ArrayList<>();
    CountDownLatch opened = new CountDownLatch(200);
    CountDownLatch go = new CountDownLatch(1);
    for (int i = 0; i < 200; i++) {
      Thread.Builder kind = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
      threads.add(
          kind.start(
              () -> {
                try (HeapArena arena = heap.confinedArena()) {
                  arena.allocate(8, 8);
                  opened.countDown();
                  assertTrue(go.await(60, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              }));
    }
    assertTrue(opened.await(60, TimeUnit.SECONDS));
    assertRefused(REFUSED, heap::close, "200 confined");
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    heap.close();
  }

  @Test
  void anArenaOfADeadThreadKeepsTheHeapOpen() throws InterruptedException {
    Smalloc heap = Smalloc.builder().regionBits(36).build();
    assertNull(thrownElsewhere(() -> heap.confinedArena().allocate(8, 8)));
    for (int i = 0; i < 200; i++) { // one of them comes by the same count
      assertNull(thrownElsewhere(() -> heap.confinedArena().close()));
    }
    assertRefused(REFUSED, heap::close, "1 confined");
    heap.closeNow();
  }

  @Test
  void closeNowClosesWhatIsOpenAndEndsItsSegments() {
    Smalloc heap = Smalloc.builder().regionBits(36).build();
    List<HeapArena> arenas =
        List.of(heap.sharedArena(), new WrappedAllocator(heap).confinedArena());
    MemorySegment segment = arenas.getFirst().allocate(8, 8);
    assertThrows(REFUSED, heap::close);
    heap.closeNow();
    assertThrows(REFUSED, () -> segment.get(ValueLayout.JAVA_LONG, 0));
    for (HeapArena arena : arenas) {
      assertFalse(arena.scope().isAlive());
      assertThrows(REFUSED, arena::close);
    }
  }

  @Test
  void closeNowIsRefusedWhereAnotherThreadsArenaIsOpenAndClosesTheOthers()
      throws InterruptedException {
    Smalloc heap = Smalloc.builder().regionBits(36).build();
    List<HeapArena> opened = new ArrayList<>();
    CountDownLatch isOpen = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Thread other =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (HeapArena arena = new WrappedAllocator(heap).confinedArena()) {
                    opened.add(arena);
                    isOpen.countDown();
                    assertTrue(go.await(60, TimeUnit.SECONDS));
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
    assertTrue(isOpen.await(60, TimeUnit.SECONDS));
    HeapArena shared = heap.sharedArena();
    IllegalStateException refused = assertThrows(REFUSED, heap::closeNow);
    assertInstanceOf(WrongThreadException.class, refused.getCause());
    assertFalse(shared.scope().isAlive());
    assertTrue(opened.getFirst().scope().isAlive());
    go.countDown();
    other.join();
    heap.closeNow();
  }

  @Test
  void aBlockTooLargeForAnyHeapComesFromTheJdkWhereTheHeapHasNoLimit() throws Throwable {
    long large = (1L << 31) + 1;
    Smalloc limited = Smalloc.builder().maxBytes(1L << 40).build();
    Smalloc unlimited = Smalloc.builder().regionBits(36).build();
    assertFalse(limited.leavesToSystem(large));
    assertTrue(unlimited.leavesToSystem(large));
    assertFalse(unlimited.leavesToSystem(large - 1));
    try (Arena arena = limited.confinedArena()) {
      assertThrows(OutOfMemoryError.class, () -> arena.allocate(large, 1));
    }
    for (HeapArena arena : List.of(unlimited.confinedArena(), unlimited.sharedArena())) {
      // By its alignment: as large for the heap, and a few bytes to zero.
      MemorySegment segment = arena.allocate(64, 1L << 32);
      assertEquals(0, segment.address() & ((1L << 32) - 1));
      assertEquals(arena.scope(), segment.scope());
      assertEquals(1, arena.liveBlocks());
      assertEquals(64, arena.liveBytes());
      assertEquals(0, unlimited.stats().liveBlocks());
      assertThrows(IllegalArgumentException.class, () -> arena.free(segment));
      arena.allocate(8, 8);
      arena.reset();
      assertThrows(REFUSED, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
      assertEquals(0, arena.liveBlocks());
      arena.close();
      assertEquals(64 + 8, arena.peakLiveBytes());
    }
    limited.close();
    unlimited.close();
  }

  @Test
  void anAutomaticArenaEndsWhenItCannotBeReached() {
    Smalloc heap = Smalloc.builder().regionBits(36).build();
    HeapArena arena = heap.autoArena();
    MemorySegment segment = arena.allocate(64, 8);
    for (int i = 0; i < 100; i++) {
      arena.allocate(64, 8);
    }
    assertThrows(REFUSED, heap::close);
    assertThrows(REFUSED, heap::closeNow);
    WeakReference<HeapArena> wasReachable = new WeakReference<>(arena);
    arena = null;
    untilCollected(() -> wasReachable.get() == null);
    segment.set(ValueLayout.JAVA_LONG, 0, 42); // a segment alone keeps all blocks
    assertTrue(heap.stats().liveBlocks() >= 101);
    Reference.reachabilityFence(segment);
    segment = null;
    untilCollected(() -> heap.stats().liveBlocks() == 0);
    untilCollected(() -> closes(heap));
  }

  private static boolean closes(Smalloc heap) {
    try {
      heap.close();
      return true;
    } catch (IllegalStateException stillDetaching) {
      return false;
    }
  }

  @Test
  void anAutomaticArenaKeepsItsHeapReachable() {
    Smalloc heap = Smalloc.builder().regionBits(36).build();
    MemorySegment segment = heap.autoArena().allocate(64, 8);
    WeakReference<Smalloc> reference = new WeakReference<>(heap);
    heap = null;
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    assertNotNull(reference.get());
    segment.set(ValueLayout.JAVA_LONG, 0, 42);
    assertEquals(42, segment.get(ValueLayout.JAVA_LONG, 0));
  }

  private static void untilCollected(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "not collected");
      System.gc();
      Thread.onSpinWait();
    }
  }

  @Test
  void anUncheckedArenaFreesAtCloseAndLeavesItsSegmentsAccessible() throws InterruptedException {
    Smalloc heap = Smalloc.builder().regionBits(36).build();
    HeapArena arena = heap.uncheckedSharedArena();
    List<MemorySegment> segments = new ArrayList<>();
    assertNull(thrownElsewhere(() -> segments.add(arena.allocate(64, 8))));
    for (int i = 0; i < 100; i++) {
      segments.add(arena.allocate(64, 8));
    }
    MemorySegment segment = segments.getFirst();
    OffHeap.assertZero(segment.address(), 64, "unchecked");
    assertNotEquals(Arena.global().scope(), segment.scope());
    assertThrows(IllegalArgumentException.class, () -> heap.free(segment));
    arena.free(segment);
    assertEquals(100, arena.liveBlocks());
    arena.reset();
    assertEquals(0, arena.liveBlocks());
    arena.allocate(64, 8);
    assertThrows(REFUSED, heap::close);
    assertThrows(OutOfMemoryError.class, () -> arena.allocate((1L << 31) + 1));
    arena.close();
    assertEquals(0, heap.stats().liveBlocks());
    assertThrows(REFUSED, arena::close);
    assertThrows(REFUSED, () -> arena.allocate(8, 8));
    assertThrows(REFUSED, arena::reset);
    segment.get(ValueLayout.JAVA_LONG, 0); // the weaker guarantee
    assertTrue(arena.scope().isAlive());
    heap.close();
  }

  @Test
  void aClosedArenaAndAWrongThreadAreToldOnAFullHeapToo() throws InterruptedException {
    try (Smalloc heap = SmallHeap.open()) {
      HeapArena closed = heap.confinedArena();
      closed.close();
      HeapArena closedShared = heap.sharedArena();
      closedShared.close();
      HeapArena open = heap.confinedArena();
      List<Long> all = SmallHeap.drain(heap, 4);
      AllocatorStats full = heap.stats();
      assertThrows(REFUSED, () -> closed.allocate(16));
      assertThrows(REFUSED, () -> closedShared.allocate(16));
      assertInstanceOf(WrongThreadException.class, thrownElsewhere(() -> open.allocate(16)));
      assertThrows(OutOfMemoryError.class, () -> open.allocate(16));
      UnchangedFigures.check(full, heap.stats(), "figures of a full heap");
      all.forEach(heap::free);
      open.close();
    }
  }

  @Test
  void anArenaOnAFullHeapFreesEarlyResetsAndCloses() {
    try (Smalloc heap = SmallHeap.open()) {
      for (HeapArena arena : List.of(heap.confinedArena(), heap.sharedArena())) {
        List<MemorySegment> segments = new ArrayList<>();
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
          segments.add(arena.allocate(64, 8));
        }
        for (int sizeClass = 15; sizeClass >= 2; sizeClass--) {
          all.addAll(SmallHeap.drain(heap, sizeClass));
        }
        arena.free(segments.get(500));
        arena.free(segments.get(2));
        arena.free(segments.get(999));
        assertEquals(997, arena.liveBlocks());
        assertThrows(IllegalArgumentException.class, () -> arena.free(segments.get(2)));
        arena.close();
        all.forEach(heap::free);
        assertEquals(0, heap.stats().liveBlocks());
      }
    }
  }
}
