package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Arenas over an allocator: zeroed blocks that end with the arena, under the JDK's rules. */
interface AllocatorArenaContract extends AllocatorContract {

  /** The two kinds of arena. */
  enum Kind {
    CONFINED,
    SHARED;

    HeapArena open(Allocator allocator) {
      return this == CONFINED ? allocator.confinedArena() : allocator.sharedArena();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void anArenaFreesItsBlocksWhenItCloses(Kind kind) {
    HeapArena arena = kind.open(allocator());
    for (long byteSize = 0; byteSize < 1000; byteSize++) {
      arena.allocate(byteSize, 1);
    }
    assertEquals(1000, arena.liveBlocks());
    assertTrue(allocator().stats().liveBlocks() >= 1000, "with those of the arena's list");
    arena.close();
    assertEquals(0, allocator().stats().liveBlocks());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void theBlocksOfAnArenaAreZeroOnFirstAndSecondUse(Kind kind) {
    for (int use = 1; use <= 2; use++) {
      try (Arena arena = kind.open(allocator())) {
        for (long byteSize = 0; byteSize < 1000; byteSize++) {
          MemorySegment segment = arena.allocate(byteSize, 1);
          OffHeap.assertZero(segment.address(), byteSize, kind + " arena, use " + use);
          segment.fill((byte) -1);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void theBlocksOfAnArenaAreExactAndAlignedAndTheAllocatorsOwn(Kind kind) {
    try (Arena arena = kind.open(allocator())) {
      for (long alignment : alignments()) {
        MemorySegment segment = arena.allocate(100, alignment);
        assertEquals(100, segment.byteSize());
        assertEquals(0, segment.address() & (alignment - 1));
        assertTrue(allocator().owns(segment.address()));
        assertEquals(arena.scope(), segment.scope());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void blocksOfNoBytesAreDistinct(Kind kind) {
    try (Arena arena = kind.open(allocator())) {
      long first = arena.allocate(0).address();
      long second = arena.allocate(0).address();
      assertTrue(first != second && first != Allocator.NULL && second != Allocator.NULL);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void theAllocateMethodsOfTheJdkWorkInAnArena(Kind kind) {
    try (Arena arena = kind.open(allocator())) {
      assertEquals("smalloc4j", arena.allocateFrom("smalloc4j").getString(0));
      assertEquals(24, arena.allocate(ValueLayout.JAVA_LONG, 3).byteSize());
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void nothingCanBeDoneWithAClosedArena(Kind kind) {
    Arena arena = kind.open(allocator());
    MemorySegment segment = arena.allocate(8, 8);
    assertTrue(arena.scope().isAlive());
    arena.close();
    assertFalse(arena.scope().isAlive());
    assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
    assertThrows(IllegalStateException.class, arena::close);
    assertChangesNothing(IllegalStateException.class, () -> arena.allocate(8, 8));
    assertEquals(0, allocator().stats().liveBlocks());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  default void aRefusedAllocateLeaksNothing(Kind kind) {
    try (Arena arena = kind.open(allocator())) {
      arena.allocate(8, 8);
      long tooMuch = largestBlock() + 1;
      assertChangesNothing(IllegalArgumentException.class, () -> arena.allocate(-1, 1));
      assertChangesNothing(IllegalArgumentException.class, () -> arena.allocate(8, 3));
      if (!allocator().leavesToSystem(tooMuch)) {
        assertChangesNothing(OutOfMemoryError.class, () -> arena.allocate(tooMuch, 1));
        assertRefused(OutOfMemoryError.class, () -> arena.allocate(tooMuch, 1), tooMuch);
      }
    }
  }

  @Test
  default void aConfinedArenaIsItsThreadsAlone() throws InterruptedException {
    try (Arena arena = allocator().confinedArena()) {
      MemorySegment segment = arena.allocate(8, 8);
      Class<WrongThreadException> wrong = WrongThreadException.class;
      assertInstanceOf(wrong, thrownElsewhere(() -> segment.get(ValueLayout.JAVA_BYTE, 0)));
      assertInstanceOf(wrong, thrownElsewhere(() -> arena.allocate(8, 8)));
      assertInstanceOf(wrong, thrownElsewhere(arena::close));
      assertEquals(1, allocator().stats().liveBlocks());
      segment.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    }
  }

  @Test
  default void aSharedArenaIsEveryThreads() throws InterruptedException {
    Arena arena = allocator().sharedArena();
    List<MemorySegment> segments = new ArrayList<>();
    assertSame(null, thrownElsewhere(() -> segments.add(arena.allocate(8, 8))));
    segments.getFirst().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    assertSame(null, thrownElsewhere(arena::close));
    assertEquals(0, allocator().stats().liveBlocks());
  }

  @Test
  default void threadsAllocateFromASharedArenaTogether() throws InterruptedException {
    try (HeapArena arena = allocator().sharedArena()) {
      Crowd.Member allocateMany =
          (_, random) -> {
            for (int i = 0; i < 500; i++) {
              MemorySegment segment = arena.allocate(48, 8);
              OffHeap.assertZero(segment.address(), 48, "shared arena");
              Block.write(segment.address(), 48, random.nextLong()).check();
            }
          };
      new Crowd(11).run(16, Crowd.PLATFORM, allocateMany);
      assertEquals(8000, arena.liveBlocks());
    }
  }

  private static Throwable thrownElsewhere(Executable action) throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Runnable run =
        () -> {
          try {
            action.execute();
          } catch (Throwable t) {
            thrown.set(t);
          }
        };
    Thread.ofPlatform().start(run).join();
    return thrown.get();
  }
}
