package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.raw.RawMemory;

/** Ticks of heaps with owned slabs, and what owners know when memory has gone back. */
class TickTest {
  private static final int CLASS = 6;
  private static final int SLOTS = 2000;

  private final OwnedFixture fixture = OwnedFixture.small();
  private final Trim trim = new Trim(fixture.heap);

  @AfterEach
  void release() {
    fixture.close();
  }

  private void tick(List<Long> live) {
    trim.tick();
    fixture.checkAtRest(live);
  }

  /** Fails unless a slot whose memory went back is as if it had never been handed out. */
  private void checkFresh(List<Long> gone) {
    for (long slot : gone) {
      assertFalse(fixture.heap.handedOut(slot));
      assertFalse(fixture.heap.tryFree(slot), "a slot beyond the frontier is in a magazine");
      assertThrows(IllegalArgumentException.class, () -> fixture.heap.free(slot));
    }
    fixture.checkAtRest(List.of());
  }

  @Test
  void anOwnerTakesNothingBackThatWentBackAtATickOfItsOwn() {
    List<Long> slots = fixture.allocate(CLASS, SLOTS);
    slots.forEach(fixture.heap::free);
    tick(List.of());
    assertNotEquals(0, fixture.words.frontier(fixture.ownSlab(), CLASS));
    tick(List.of());
    assertEquals(0, fixture.words.frontier(fixture.ownSlab(), CLASS));
    checkFresh(slots);
  }

  @Test
  void whoGetsTheSlabOfADeadThreadTakesNothingBackThatWentBack() {
    List<Long> slots =
        fixture.inOtherThread(
            () -> {
              List<Long> all = fixture.allocate(CLASS, SLOTS);
              all.forEach(fixture.heap::free);
              return all;
            });
    int slab = fixture.region.slabOf(slots.getFirst());
    tick(List.of());
    tick(List.of());
    assertEquals(0, fixture.words.frontier(slab, CLASS));
    fixture.heap.free(fixture.allocate(CLASS + 1));
    assertEquals(slab, fixture.ownSlab());
    checkFresh(slots);
  }

  @Test
  void anOwnerGoesOnBelowWhatItHasLive() {
    List<Long> slots = fixture.allocate(CLASS, SLOTS);
    List<Long> live = slots.subList(0, 100);
    slots.subList(100, SLOTS).forEach(fixture.heap::free);
    tick(live);
    tick(live);
    long frontier = fixture.words.frontier(fixture.ownSlab(), CLASS);
    assertTrue(frontier <= 128, frontier + " slots");
    List<Long> more = fixture.allocate(CLASS, SLOTS);
    more.addAll(live);
    assertEquals(more.size(), more.stream().distinct().count());
    fixture.checkAtRest(more);
    more.forEach(fixture.heap::free);
    tick(List.of());
    tick(List.of());
    assertEquals(0, fixture.words.frontier(fixture.ownSlab(), CLASS));
  }

  @Test
  void aTrimGivesBackWhatATickHasKept() {
    List<Long> slots = fixture.allocate(CLASS, SLOTS);
    slots.forEach(slot -> RawMemory.storeLinkPlain(slot, 1));
    slots.forEach(fixture.heap::free);
    tick(List.of());
    assertEquals(SLOTS * 64L / 4096 * 4096, trim.trim());
    assertEquals(0, fixture.words.frontier(fixture.ownSlab(), CLASS));
    checkFresh(slots);
    tick(List.of());
  }

  @Test
  void aLimitRefusesNothingThatATickHasKept() {
    try (OwnedFixture limited = new OwnedFixture(28, 64 << 10)) {
      List<Long> slots = limited.allocate(CLASS, 1024);
      slots.forEach(limited.heap::free);
      new Trim(limited.heap).tick();
      long block = limited.allocate(15);
      assertNotEquals(OwnedHeap.NONE, block);
      limited.checkAtRest(List.of(block));
    }
  }
}
