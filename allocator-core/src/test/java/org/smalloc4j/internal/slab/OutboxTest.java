package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.address.HeadWord;

class OutboxTest {
  private static final int CLASS = 8;
  private static final int CHAIN = 64;

  private final OwnedFixture fixture = OwnedFixture.small();
  private final OwnedHeap heap = fixture.heap;

  @AfterEach
  void release() {
    fixture.close();
  }

  /** Frees slots in this thread, which owns another slab. */
  private void freeHere(List<Long> slots) {
    heap.free(fixture.allocate(CLASS));
    slots.forEach(heap::free);
  }

  private List<Long> slotsOf(int slab, int count) {
    List<Long> slots = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slots.add(fixture.words.claim(slab, CLASS) - SharedWords.FRESH);
    }
    return slots;
  }

  private int listed(int slab) {
    return (int) fixture.words.length(slab, CLASS);
  }

  @Test
  void aFullChainIsHandedBack() {
    List<Long> slots = slotsOf(5, CHAIN);
    freeHere(slots.subList(0, CHAIN - 1));
    assertEquals(0, listed(5));
    assertEquals(CHAIN - 1, heap.outbox().count(fixture.ownSlab(), CLASS));
    heap.free(slots.getLast());
    assertEquals(CHAIN, listed(5));
    assertEquals(CHAIN, HeadWord.pushes(fixture.words.head(5, CLASS)));
    assertEquals(0, heap.outbox().count(fixture.ownSlab(), CLASS));
    fixture.checkAtRest(List.of());
  }

  @Test
  void aChainIsHandedBackWhenItsEntryIsNeededForAnotherSlab() {
    freeHere(slotsOf(1, 10));
    slotsOf(5, 3).forEach(heap::free); // 5 = 1 modulo the targets
    assertEquals(10, listed(1));
    assertEquals(0, listed(5));
    fixture.checkAtRest(List.of());
  }

  @Test
  void chainsForSeveralSlabsStandBesideEachOther() {
    for (int slab = 0; slab < 4; slab++) {
      freeHere(slotsOf(slab, 10));
    }
    assertEquals(40, heap.outbox().count(fixture.ownSlab(), CLASS));
    assertEquals(0, listed(0) + listed(1) + listed(2) + listed(3));
    fixture.checkAtRest(List.of());
  }

  @Test
  void aSlotThatWasPutThereLastIsRefused() {
    List<Long> slots = slotsOf(1, 2);
    freeHere(slots);
    assertThrows(IllegalStateException.class, () -> heap.free(slots.getLast()));
    fixture.checkAtRest(List.of());
  }

  @Test
  void addressesThatWereNotHandedOutAreRefused() {
    List<Long> slots = slotsOf(1, 2);
    freeHere(List.of());
    assertThrows(IllegalArgumentException.class, () -> heap.free(slots.getLast() + 256));
    assertThrows(IllegalArgumentException.class, () -> heap.free(slots.getLast() + 4));
    heap.free(slots.getFirst());
    assertThrows(IllegalArgumentException.class, () -> heap.free(slots.getLast() + 256));
    fixture.checkAtRest(slots.subList(1, 2));
  }

  @Test
  void aSlotHandedOutSinceTheLastLookIsTaken() {
    freeHere(slotsOf(1, 1));
    slotsOf(1, 1).forEach(heap::free);
    assertEquals(2, heap.outbox().count(fixture.ownSlab(), CLASS));
  }

  @Test
  void aHeapThatRanOutHandsBackAtOnce() {
    List<Long> slots = slotsOf(1, 2);
    heap.shared().limit().noteExhaustion();
    freeHere(slots);
    assertEquals(2, listed(1));
  }
}
