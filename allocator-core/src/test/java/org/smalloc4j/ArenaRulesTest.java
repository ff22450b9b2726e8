package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.ArenaKind.thrownElsewhere;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of {@link Arena}'s documentation, on the JDK's arenas and ours; see docs/arenas.md. */
@ExtendWith(OutOfMemoryFails.class)
@SuppressWarnings("restricted")
class ArenaRulesTest {
  private static final String ALL = "org.smalloc4j.ArenaKind#all";
  private static final String CLOSEABLE = "org.smalloc4j.ArenaKind#closeable";
  private static final String CONFINED = "org.smalloc4j.ArenaKind#confined";
  private static final String OF_ALL_THREADS = "org.smalloc4j.ArenaKind#ofAllThreads";

  @ParameterizedTest
  @MethodSource(ALL)
  void everySegmentIsInTheArenasScope(ArenaKind kind) {
    Arena arena = kind.open();
    for (int i = 0; i < 20; i++) {
      assertEquals(arena.scope(), arena.allocate(i, 1).scope());
    }
    assertEquals(arena.scope(), arena.scope());
    assertNotEquals(Arena.global().scope(), arena.scope());
    assertTrue(arena.scope().isAlive());
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aSegmentIsNativeWritableExactAndAligned(ArenaKind kind) {
    Arena arena = kind.open();
    for (long alignment = 1; alignment <= 1 << 16; alignment <<= 1) {
      for (long byteSize : new long[] {0, 1, 7, 8, 100, 5000}) {
        MemorySegment segment = arena.allocate(byteSize, alignment);
        assertEquals(byteSize, segment.byteSize());
        assertEquals(0, segment.address() & (alignment - 1));
        assertTrue(segment.isNative());
        assertFalse(segment.isReadOnly());
        assertFalse(segment.isMapped());
      }
    }
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void noTwoSegmentsOverlap(ArenaKind kind) {
    Arena arena = kind.open();
    List<MemorySegment> segments = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      segments.add(arena.allocate(i % 70, 1L << i % 7));
    }
    for (MemorySegment one : segments) {
      for (MemorySegment other : segments) {
        assertTrue(one == other || one.asOverlappingSlice(other).isEmpty());
      }
    }
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void segmentsOfNoBytesHaveDistinctAddresses(ArenaKind kind) {
    Arena arena = kind.open();
    List<Long> addresses = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      addresses.add(arena.allocate(0).address());
    }
    assertEquals(20, addresses.stream().filter(address -> address != 0).distinct().count());
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void segmentsAreZeroAlsoWhereOthersHaveWritten(ArenaKind kind) {
    for (int use = 0; use < 3; use++) {
      Arena arena = kind.open();
      for (long byteSize = 0; byteSize < 600; byteSize++) {
        MemorySegment segment = arena.allocate(byteSize, 8);
        OffHeap.assertZero(segment.address(), byteSize, kind + ", use " + use);
        segment.fill((byte) -1);
      }
      kind.close(arena);
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aRequestThatMakesNoSenseIsRefusedAndTakesNothing(ArenaKind kind) {
    Arena arena = kind.open();
    arena.allocate(8);
    long before = kind.liveBlocks();
    Class<IllegalArgumentException> refusal = IllegalArgumentException.class;
    for (long alignment : new long[] {0, -1, -8, 3, 12, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThrows(refusal, () -> arena.allocate(8, alignment));
    }
    for (long byteSize : new long[] {-1, -8, Long.MIN_VALUE}) {
      assertThrows(refusal, () -> arena.allocate(byteSize, 8));
      assertThrows(refusal, () -> arena.allocate(byteSize));
    }
    kind.assertLive(before, "after refusals");
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(CLOSEABLE)
  void closeEndsTheScopeAndEverySegment(ArenaKind kind) {
    Arena arena = kind.open();
    MemorySegment.Scope scope = arena.scope();
    List<MemorySegment> segments = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      segments.add(arena.allocate(8, 8));
    }
    arena.close();
    assertFalse(scope.isAlive());
    assertFalse(arena.scope().isAlive());
    for (MemorySegment segment : segments) {
      assertFalse(segment.scope().isAlive());
      Class<IllegalStateException> ended = IllegalStateException.class;
      assertThrows(ended, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
      assertThrows(ended, () -> segment.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
      assertThrows(ended, () -> segment.asSlice(4).fill((byte) 1));
    }
  }

  @ParameterizedTest
  @MethodSource(CLOSEABLE)
  void closeGivesTheMemoryBack(ArenaKind kind) {
    long before = kind.liveBlocks();
    for (int blocks = 0; blocks < 200; blocks += 1 + blocks / 4) {
      Arena arena = kind.open();
      for (int i = 0; i < blocks; i++) {
        arena.allocate(48, 8);
      }
      arena.close();
      kind.assertLive(before, "after " + blocks);
    }
  }

  @ParameterizedTest
  @MethodSource(CLOSEABLE)
  void aClosedArenaRefusesEverything(ArenaKind kind) {
    Arena arena = kind.open();
    arena.close();
    long before = kind.liveBlocks();
    Class<IllegalStateException> closed = IllegalStateException.class;
    assertThrows(closed, arena::close);
    assertThrows(closed, arena::close);
    assertThrows(closed, () -> arena.allocate(8, 8));
    assertThrows(closed, () -> arena.allocate(0));
    assertThrows(closed, () -> arena.allocateFrom("text"));
    assertThrows(closed, () -> MemorySegment.NULL.reinterpret(8, arena, null));
    kind.assertLive(before, "after refusals");
  }

  @ParameterizedTest
  @MethodSource("org.smalloc4j.ArenaKind#all")
  void anAutomaticArenaCannotBeClosed(ArenaKind kind) {
    if (!kind.isCloseable()) {
      Arena arena = kind.open();
      MemorySegment segment = arena.allocate(8, 8);
      assertThrows(UnsupportedOperationException.class, arena::close);
      assertTrue(arena.scope().isAlive());
      segment.set(ValueLayout.JAVA_LONG, 0, 1);
      arena.allocate(8, 8);
    }
  }

  @ParameterizedTest
  @MethodSource(CONFINED)
  void aConfinedArenaIsItsThreadsAlone(ArenaKind kind) throws InterruptedException {
    Arena arena = kind.open();
    MemorySegment segment = arena.allocate(8, 8);
    long before = kind.liveBlocks();
    Class<WrongThreadException> wrong = WrongThreadException.class;
    Thread other = Thread.ofPlatform().unstarted(() -> {});
    assertTrue(segment.isAccessibleBy(Thread.currentThread()));
    assertFalse(segment.isAccessibleBy(other));
    assertInstanceOf(wrong, thrownElsewhere(() -> segment.get(ValueLayout.JAVA_BYTE, 0)));
    assertInstanceOf(wrong, thrownElsewhere(() -> arena.allocate(8, 8)));
    assertInstanceOf(wrong, thrownElsewhere(() -> arena.allocateFrom("text")));
    assertInstanceOf(wrong, thrownElsewhere(arena::close));
    assertTrue(arena.scope().isAlive());
    kind.assertLive(before, "after refusals");
    arena.close();
    assertInstanceOf(wrong, thrownElsewhere(() -> arena.allocate(8, 8)), "closed");
    assertInstanceOf(wrong, thrownElsewhere(arena::close), "closed");
  }

  @ParameterizedTest
  @MethodSource(CONFINED)
  void argumentsAreLookedAtBeforeTheThreadAndTheThreadBeforeTheEnd(ArenaKind kind)
      throws InterruptedException {
    Arena arena = kind.open();
    arena.close();
    Class<IllegalArgumentException> senseless = IllegalArgumentException.class;
    assertThrows(senseless, () -> arena.allocate(-1, 8));
    assertThrows(senseless, () -> arena.allocate(8, 3));
    assertInstanceOf(senseless, thrownElsewhere(() -> arena.allocate(8, 3)));
    assertInstanceOf(
        WrongThreadException.class, thrownElsewhere(() -> arena.allocate(Long.MAX_VALUE, 1)));
    assertThrows(IllegalStateException.class, () -> arena.allocate(Long.MAX_VALUE, 1));
  }

  @ParameterizedTest
  @MethodSource(OF_ALL_THREADS)
  void anyThreadMayUseAnArenaThatIsNotConfined(ArenaKind kind) throws InterruptedException {
    Arena arena = kind.open();
    List<MemorySegment> segments = new ArrayList<>();
    assertNull(thrownElsewhere(() -> segments.add(arena.allocate(8, 8))));
    segments.getFirst().set(ValueLayout.JAVA_LONG, 0, 42);
    assertNull(
        thrownElsewhere(() -> assertEquals(42, segments.getFirst().get(ValueLayout.JAVA_LONG, 0))));
    Thread other = Thread.ofPlatform().unstarted(() -> {});
    assertTrue(segments.getFirst().isAccessibleBy(other));
    if (kind.isCloseable()) {
      assertNull(thrownElsewhere(arena::close));
      assertFalse(arena.scope().isAlive());
    }
  }

  @ParameterizedTest
  @MethodSource(OF_ALL_THREADS)
  void threadsAllocateTogether(ArenaKind kind) throws InterruptedException {
    Arena arena = kind.open();
    Crowd.Member allocateMany =
        (_, random) -> {
          List<Block> mine = new ArrayList<>();
          for (int i = 0; i < 300; i++) {
            MemorySegment segment = arena.allocate(48, 8);
            OffHeap.assertZero(segment.address(), 48, kind.toString());
            mine.add(Block.write(segment.address(), 48, random.nextLong()));
          }
          mine.forEach(Block::check);
        };
    new Crowd(11).run(8, Crowd.PLATFORM, allocateMany);
    Reference.reachabilityFence(arena); // the blocks are read by their addresses
    kind.close(arena);
  }

  @ParameterizedTest
  @MethodSource(CLOSEABLE)
  void cleanupActionsRunAtCloseAndTheirExceptionsComeOutOfIt(ArenaKind kind) {
    long before = kind.liveBlocks();
    Arena arena = kind.open();
    for (int i = 0; i < 20; i++) {
      arena.allocate(100);
    }
    RuntimeException thrown = new RuntimeException("first");
    List<String> ran = new ArrayList<>();
    MemorySegment user = MemorySegment.NULL.reinterpret(1, arena, _ -> ran.add("last"));
    MemorySegment.NULL.reinterpret(
        1,
        arena,
        _ -> {
          assertFalse(user.scope().isAlive(), "the scope ends first");
          assertThrows(IllegalStateException.class, () -> arena.allocate(8));
          assertThrows(IllegalStateException.class, arena::close);
          throw thrown;
        });
    assertSame(thrown, assertThrows(RuntimeException.class, arena::close));
    assertEquals(List.of("last"), ran);
    assertFalse(arena.scope().isAlive());
    kind.assertLive(before, "after a close whose cleanup threw");
    assertThrows(IllegalStateException.class, arena::close);
    kind.assertLive(before, "after another close");
  }

  @ParameterizedTest
  @MethodSource(CLOSEABLE)
  void closeIsRefusedWhileADowncallUsesASegment(ArenaKind kind) throws Throwable {
    long before = kind.liveBlocks();
    Arena arena = kind.open();
    MemorySegment pair = arena.allocateFrom(ValueLayout.JAVA_INT, 2, 1);
    for (int i = 0; i < 20; i++) {
      arena.allocate(64);
    }
    long open = kind.liveBlocks();
    List<Throwable> refusals = new ArrayList<>();
    Downcall.whileUsing(
        pair,
        () -> {
          refusals.add(assertThrows(IllegalStateException.class, arena::close));
          refusals.add(assertThrows(IllegalStateException.class, arena::close));
        });
    assertEquals(2, refusals.size());
    assertTrue(arena.scope().isAlive());
    kind.assertLive(open, "after a refused close");
    arena.allocate(64).set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    arena.close();
    kind.assertLive(before, "after the close that came again");
  }
}
