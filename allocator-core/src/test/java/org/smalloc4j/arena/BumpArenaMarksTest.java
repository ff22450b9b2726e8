package org.smalloc4j.arena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smalloc4j.LimitedAllocator;
import org.smalloc4j.OutOfMemoryFails;

/** Marks: what rollback ends, and which marks it refuses. */
@ExtendWith(OutOfMemoryFails.class)
class BumpArenaMarksTest {
  private final LimitedAllocator heap = new LimitedAllocator();
  private final BumpArena arena = BumpArena.over(heap, 1024, 8192);

  @AfterEach
  void close() {
    arena.close();
    assertEquals(0, heap.live());
    heap.close();
  }

  private void assertStale(long mark) {
    long used = arena.usedBytes();
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> arena.rollback(mark));
    assertTrue(refused.getMessage().contains("mark " + mark + " is not"), refused.getMessage());
    assertEquals(used, arena.usedBytes());
  }

  @Test
  void rollbackEndsWhatWasAllocatedSinceAndGivesItAgain() {
    arena.malloc(100, 1);
    long mark = arena.mark();
    long first = arena.malloc(100, 1);
    arena.malloc(5000, 1);
    arena.malloc(20_000, 1);
    arena.rollback(mark);
    assertEquals(100, arena.usedBytes());
    assertEquals(first, arena.malloc(100, 1));
  }

  @Test
  void aMarkStaysGoodAfterItsRollback() {
    long mark = arena.mark();
    for (int i = 0; i < 10; i++) {
      arena.malloc(3000, 1);
      arena.rollback(mark);
      assertEquals(0, arena.usedBytes());
    }
  }

  @Test
  void aMarkThatWasRolledBackBelowIsStaleAlsoWhenItsPositionComesAgain() {
    arena.malloc(10, 1);
    long low = arena.mark();
    arena.malloc(10, 1);
    long high = arena.mark();
    arena.rollback(low);
    assertStale(high);
    arena.malloc(10, 1);
    assertStale(high);
    arena.malloc(10, 1);
    assertStale(high);
    arena.rollback(low);
  }

  @Test
  void aMarkBeforeTheFirstBlockIsGood() {
    long mark = arena.mark();
    arena.malloc(10, 1);
    arena.malloc(100_000, 1);
    arena.rollback(mark);
    assertEquals(0, arena.usedBytes());
  }

  @Test
  void aBlockOfItsOwnBetweenTwoMarksTellsThemApart() {
    arena.malloc(10, 1);
    long before = arena.mark();
    long own = arena.malloc(10_000, 1);
    long after = arena.mark();
    arena.malloc(10, 1);
    arena.rollback(after);
    assertEquals(10_010, arena.usedBytes());
    arena.rollback(before);
    assertEquals(10, arena.usedBytes());
    assertEquals(own, arena.malloc(10_000, 1));
    assertStale(after);
  }

  @Test
  void resetMakesAllMarksStale() {
    long first = arena.mark();
    arena.malloc(10, 1);
    long second = arena.mark();
    arena.reset();
    assertStale(first);
    assertStale(second);
    arena.malloc(10, 1);
    assertStale(second);
  }

  @Test
  void numbersThatAreNoMarksAreRefused() {
    long mark = arena.mark();
    for (long wrong : new long[] {0, -1, mark + 1, mark - 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertStale(wrong);
    }
  }

  @Test
  void theMarkOfAnotherArenaIsRefused() {
    try (BumpArena other = BumpArena.over(heap)) {
      long mark = arena.mark();
      long others = other.mark();
      assertStale(others);
      assertThrows(IllegalArgumentException.class, () -> other.rollback(mark));
    }
  }

  @Test
  void randomMarksAreGoodAsLongAsTheCursorWasNeverBelowThem() {
    SplittableRandom random = new SplittableRandom(3);
    record Marked(long mark, long used) {}
    List<Marked> good = new ArrayList<>();
    List<Marked> stale = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      switch (random.nextInt(6)) {
        case 0, 1 -> arena.malloc(random.nextLong(i % 97 == 0 ? 20_000 : 400), 1);
        case 2, 3 -> {
          Marked marked = new Marked(arena.mark(), arena.usedBytes());
          if (good.isEmpty() || good.getLast().mark() != marked.mark()) {
            good.add(marked);
          }
        }
        case 4 -> {
          if (!good.isEmpty()) {
            int n = Math.max(0, good.size() - 1 - random.nextInt(4));
            arena.rollback(good.get(n).mark());
            assertEquals(good.get(n).used(), arena.usedBytes());
            while (good.size() > n + 1) {
              stale.add(good.removeLast());
            }
          }
        }
        default -> {
          if (!stale.isEmpty()) {
            assertStale(stale.get(random.nextInt(stale.size())).mark());
          }
        }
      }
    }
    assertTrue(stale.size() > 1000, "stale marks: " + stale.size());
  }
}
