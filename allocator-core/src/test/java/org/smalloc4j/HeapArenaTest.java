package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;
import static org.smalloc4j.ArenaKind.thrownElsewhere;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What arenas over an allocator can do beyond the JDK's. */
@ExtendWith(OutOfMemoryFails.class)
@SuppressWarnings("restricted")
class HeapArenaTest {
  private static final String OURS = "org.smalloc4j.ArenaKind#ours";
  private static final String CLOSEABLE = "org.smalloc4j.ArenaKind#oursCloseable";
  private static final Class<IllegalArgumentException> REFUSED = IllegalArgumentException.class;

  @ParameterizedTest
  @MethodSource(CLOSEABLE)
  void anUninitialisedBlockHoldsWhatWasThere(ArenaKind kind) {
    boolean found = false;
    for (int i = 0; i < 100 && !found; i++) {
      try (HeapArena arena = kind.openOurs()) {
        arena.allocate(64, 8).fill((byte) 0x5A);
      }
      try (HeapArena arena = kind.openOurs()) {
        MemorySegment segment = arena.allocateUninitialized(64, 8);
        assertEquals(64, segment.byteSize());
        assertEquals(arena.scope(), segment.scope());
        found = segment.get(ValueLayout.JAVA_BYTE, 32) == 0x5A;
      }
    }
    assertTrue(found, "zeroed, or another block each time");
  }

  @ParameterizedTest
  @MethodSource(OURS)
  void aBlockGivenBackEarlyIsTheAllocatorsAgain(ArenaKind kind) {
    HeapArena arena = kind.openOurs();
    long before = kind.liveBlocks();
    List<MemorySegment> segments = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      segments.add(arena.allocate(64, 8));
    }
    arena.free(segments.get(1));
    kind.assertLive(before + 2, "after one was given back");
    assertEquals(2, arena.liveBlocks());
    assertEquals(128, arena.liveBytes());
    assertEquals(192, arena.peakLiveBytes());
    segments.get(1).get(ValueLayout.JAVA_BYTE, 0); // accessible, as documented
    assertRefused(REFUSED, () -> arena.free(segments.get(1)), "not start at a live block");
    arena.free(segments.get(0));
    arena.free(segments.get(2).asSlice(0, 8));
    assertEquals(0, arena.liveBlocks());
    kind.assertLive(before, "after all were given back");
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(OURS)
  void blocksAreGivenBackInAnyOrderWhileOthersCome(ArenaKind kind) {
    long before = kind.liveBlocks();
    HeapArena arena = kind.openOurs();
    Random random = new Random(7);
    List<MemorySegment> live = new ArrayList<>();
    Set<Long> addresses = new HashSet<>();
    long bytes = 0;
    long peak = 0;
    for (int step = 0; step < 20_000; step++) {
      if (live.isEmpty() || random.nextInt(100) < (step % 4000 < 2500 ? 60 : 40)) {
        MemorySegment segment = arena.allocate(random.nextInt(200), 8);
        assertTrue(addresses.add(segment.address()), "handed out twice");
        live.add(segment);
        bytes += segment.byteSize();
        peak = Math.max(peak, bytes);
      } else {
        Collections.swap(live, random.nextInt(live.size()), live.size() - 1);
        MemorySegment segment = live.removeLast();
        addresses.remove(segment.address());
        arena.free(segment);
        bytes -= segment.byteSize();
        assertThrows(REFUSED, () -> arena.free(segment));
      }
    }
    assertEquals(live.size(), arena.liveBlocks());
    assertEquals(bytes, arena.liveBytes());
    assertEquals(peak, arena.peakLiveBytes());
    if (kind.isCloseable()) {
      arena.close();
      kind.assertLive(before, "after close");
      assertEquals(0, arena.liveBlocks());
      assertEquals(0, arena.liveBytes());
      assertEquals(peak, arena.peakLiveBytes());
    }
  }

  @ParameterizedTest
  @MethodSource(OURS)
  void whatIsNoLiveBlockOfTheArenaIsRefused(ArenaKind kind) {
    HeapArena arena = kind.openOurs();
    HeapArena other = kind.openOurs();
    MemorySegment segment = arena.allocate(64, 8);
    MemorySegment others = other.allocate(64, 8);
    long before = kind.liveBlocks();
    assertThrows(REFUSED, () -> arena.free(others));
    assertThrows(REFUSED, () -> arena.free(segment.asSlice(8)));
    assertThrows(REFUSED, () -> arena.free(MemorySegment.NULL));
    assertThrows(REFUSED, () -> arena.free(MemorySegment.ofAddress(segment.address())));
    assertThrows(REFUSED, () -> arena.free(MemorySegment.ofArray(new byte[8])));
    assertThrows(REFUSED, () -> arena.free(others.reinterpret(arena, null)));
    assertThrows(NullPointerException.class, () -> arena.free(null));
    kind.assertLive(before, "after refusals");
    kind.close(arena);
    kind.close(other);
  }

  @ParameterizedTest
  @MethodSource(OURS)
  void theAllocatorRefusesSegmentsOfAnArena(ArenaKind kind) {
    HeapArena arena = kind.openOurs();
    MemorySegment segment = arena.allocate(64, 8);
    Allocator allocator = java.util.Objects.requireNonNull(kind.allocator());
    long before = kind.liveBlocks();
    assertRefused(REFUSED, () -> allocator.free(segment), "global scope");
    assertRefused(REFUSED, () -> allocator.reallocate(segment, 100), "global scope");
    kind.assertLive(before, "after refusals");
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(CLOSEABLE)
  void resetEndsSegmentsAndKeepsMemory(ArenaKind kind) {
    long before = kind.liveBlocks();
    HeapArena arena = kind.openOurs();
    Set<Long> firstUse = new HashSet<>();
    MemorySegment last = MemorySegment.NULL;
    for (int i = 0; i < 100; i++) {
      last = arena.allocate(64, 8);
      last.fill((byte) -1);
      firstUse.add(last.address());
    }
    MemorySegment ended = last;
    MemorySegment.Scope scope = arena.scope();
    arena.reset();
    assertFalse(scope.isAlive());
    assertTrue(arena.scope().isAlive());
    assertNotEquals(scope, arena.scope());
    assertThrows(IllegalStateException.class, () -> ended.get(ValueLayout.JAVA_BYTE, 0));
    assertThrows(REFUSED, () -> arena.free(ended));
    assertEquals(0, arena.liveBlocks());
    assertEquals(0, arena.liveBytes());
    assertEquals(6400, arena.peakLiveBytes());
    assertTrue(kind.liveBlocks() >= before + 100, "the memory is kept");
    for (int i = 0; i < 100; i++) {
      MemorySegment segment = arena.allocate(64, 8);
      assertEquals(arena.scope(), segment.scope());
      OffHeap.assertZero(segment.address(), 64, kind + " after reset");
      assertTrue(firstUse.remove(segment.address()), "not one of those kept, or twice");
    }
    arena.allocate(100_000, 4096).fill((byte) 1);
    arena.allocate(1).fill((byte) 1);
    assertEquals(102, arena.liveBlocks());
    arena.reset();
    arena.reset();
    arena.close();
    kind.assertLive(before, "after close");
    assertThrows(IllegalStateException.class, arena::reset);
  }

  @ParameterizedTest
  @MethodSource(CLOSEABLE)
  void resetIsRefusedWhileADowncallUsesASegment(ArenaKind kind) throws Throwable {
    long before = kind.liveBlocks();
    HeapArena arena = kind.openOurs();
    MemorySegment segment = arena.allocate(64, 8);
    Downcall.whileUsing(segment, () -> assertThrows(IllegalStateException.class, arena::reset));
    segment.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    assertEquals(1, arena.liveBlocks());
    RuntimeException thrown = new RuntimeException("cleanup");
    MemorySegment.NULL.reinterpret(
        1,
        arena,
        _ -> {
          throw thrown;
        });
    assertSame(thrown, assertThrows(RuntimeException.class, arena::reset));
    assertEquals(0, arena.liveBlocks());
    arena.allocate(64, 8).set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    arena.close();
    kind.assertLive(before, "after close");
  }

  @ParameterizedTest
  @MethodSource(OURS)
  void onlyTheOwnerUsesAConfinedArena(ArenaKind kind) throws InterruptedException {
    HeapArena arena = kind.openOurs();
    MemorySegment segment = arena.allocate(64, 8);
    if (kind.form() == ArenaKind.Form.CONFINED) {
      Class<WrongThreadException> wrong = WrongThreadException.class;
      assertInstanceOf(wrong, thrownElsewhere(() -> arena.free(segment)));
      assertInstanceOf(wrong, thrownElsewhere(() -> arena.allocateUninitialized(8, 8)));
      assertInstanceOf(wrong, thrownElsewhere(arena::reset));
      assertInstanceOf(wrong, thrownElsewhere(arena::liveBlocks));
      assertInstanceOf(wrong, thrownElsewhere(arena::liveBytes));
      assertInstanceOf(wrong, thrownElsewhere(arena::peakLiveBytes));
    } else {
      assertSame(null, thrownElsewhere(() -> arena.free(segment)));
    }
    if (kind.form() == ArenaKind.Form.AUTO) {
      assertThrows(UnsupportedOperationException.class, arena::reset);
    }
    kind.close(arena);
  }

  /** Refuses to free one block, as a heap does that finds it free already. */
  private static final class RefusesOne extends WrappedAllocator {
    private long refused = NULL;

    RefusesOne(Allocator inner) {
      super(inner);
    }

    @Override
    public void free(long address) {
      if (address == refused) {
        throw new IllegalStateException("double free");
      }
      super.free(address);
    }
  }

  @Test
  void aBlockWhoseFreeIsRefusedIsLeftAloneAndAllOthersAreFreed() {
    for (int blocks : new int[] {1, 3, 6, 100}) {
      for (int victim : new int[] {0, blocks / 2, blocks - 1}) {
        for (boolean confined : new boolean[] {true, false}) {
          Smalloc heap = Smalloc.builder().regionBits(32).build();
          RefusesOne refusing = new RefusesOne(heap);
          HeapArena arena = confined ? refusing.confinedArena() : refusing.sharedArena();
          for (int i = 0; i < blocks; i++) {
            MemorySegment segment = arena.allocate(64, 8);
            refusing.refused = i == victim ? segment.address() : refusing.refused;
          }
          assertRefused(IllegalStateException.class, arena::close, "double free");
          assertFalse(arena.scope().isAlive());
          assertEquals(1, heap.stats().liveBlocks());
          assertRefused(IllegalStateException.class, arena::close, "closed already");
          heap.close();
        }
      }
    }
  }
}
