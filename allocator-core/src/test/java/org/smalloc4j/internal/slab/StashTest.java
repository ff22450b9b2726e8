package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.raw.RawMemory;

/** The stash of one class of a slab, through malloc and free of its owner. */
class StashTest {
  private static final int CLASS = 6; // 2,048 slots in an area of the smallest region
  private static final int SLOTS = 2048;
  private static final int MAGAZINE = SLOTS / 16;
  private static final int RUN = SLOTS / 64;

  private final OwnedFixture fixture = OwnedFixture.small();
  private final OwnedHeap heap = fixture.heap;
  private int slab;

  @BeforeEach
  void ownASlab() {
    heap.free(fixture.allocate(5));
    slab = fixture.ownSlab();
  }

  @AfterEach
  void checkAndRelease() {
    fixture.close();
  }

  private void freeAll(List<Long> slots) {
    slots.forEach(heap::free);
  }

  private void freeInVirtualThread(List<Long> slots) {
    fixture.inVirtualThread(
        () -> {
          freeAll(slots);
          return null;
        });
  }

  private static List<Long> shuffled(List<Long> slots) {
    List<Long> shuffled = new ArrayList<>(slots);
    Collections.shuffle(shuffled, new Random(7));
    return shuffled;
  }

  private List<Long> slotsBelowTheFrontier() {
    List<Long> slots = new ArrayList<>();
    for (long slot = 0; slot < fixture.words.frontier(slab, CLASS); slot++) {
      slots.add(fixture.region.area(slab, CLASS) + (slot << CLASS));
    }
    return slots;
  }

  @Test
  void freshSlotsComeInAddressOrderAndInRuns() {
    List<Long> slots = fixture.allocate(CLASS, RUN);
    for (int i = 1; i < RUN; i++) {
      assertEquals(slots.get(i - 1) + 64, slots.get(i));
    }
    assertEquals(RUN, fixture.words.frontier(slab, CLASS));
    fixture.allocate(CLASS);
    assertEquals(2 * RUN, fixture.words.frontier(slab, CLASS));
  }

  @Test
  void theRunIsAtHand() {
    long first = fixture.allocate(CLASS);
    for (int i = 1; i < RUN; i++) {
      long taken = heap.tryTakeAtHand(1 << CLASS);
      assertTrue(SlabHeap.isZero(taken));
      assertEquals(first + (i << CLASS), SlabHeap.address(taken));
    }
    assertEquals(OwnedHeap.NONE, heap.tryTakeAtHand(1 << CLASS), "a new run is not");
  }

  @Test
  void aReturnedSlotIsAtHandBeforeTheRun() {
    List<Long> slots = fixture.allocate(CLASS, RUN);
    freeInVirtualThread(slots.subList(0, 3));
    assertTrue(slots.contains(fixture.allocate(CLASS))); // has fetched the list
    assertTrue(slots.contains(heap.stash().grow(heap.directory().own(), CLASS))); // a run as well
    assertTrue(slots.contains(heap.tryTakeAtHand(1 << CLASS)));
    assertTrue(SlabHeap.isZero(heap.tryTakeAtHand(1 << CLASS)));
  }

  @Test
  void whatIsInTheMagazineComesBeforeTheRun() {
    long p = fixture.allocate(CLASS);
    heap.free(p);
    assertEquals(OwnedHeap.NONE, heap.tryTakeAtHand(1 << CLASS));
    assertEquals(p, heap.tryTake(1 << CLASS));
    assertEquals(p + (1 << CLASS), SlabHeap.address(heap.tryTakeAtHand(1 << CLASS)));
  }

  @Test
  void aFreeWordComesBeforeTheRun() {
    List<Long> slots = fixture.allocate(CLASS, 5 * RUN + 1);
    freeAll(slots); // more than the magazine holds
    while (heap.tryTake(1 << CLASS) != OwnedHeap.NONE) {}
    assertEquals(OwnedHeap.NONE, heap.tryTakeAtHand(1 << CLASS));
    assertTrue(slots.contains(fixture.allocate(CLASS)));
  }

  @Test
  void slotsFreedLastAreTakenFirst() {
    List<Long> slots = shuffled(fixture.allocate(CLASS, MAGAZINE));
    freeAll(slots);
    assertEquals(slots.reversed(), fixture.allocate(CLASS, MAGAZINE));
  }

  @Test
  void slotsBeyondTheMagazineAreTakenInAddressOrder() {
    List<Long> slots = fixture.allocate(CLASS, MAGAZINE + 640);
    freeAll(shuffled(slots));
    fixture.checkAtRest(List.of());
    fixture.allocate(CLASS, MAGAZINE);
    List<Long> beyond = fixture.allocate(CLASS, 640);
    Set<Long> words = new HashSet<>();
    for (int i = 0; i < 640; i++) {
      long word = beyond.get(i) >> CLASS >> 6;
      if (words.add(word)) {
        continue;
      }
      assertEquals(beyond.get(i - 1) >> CLASS >> 6, word, "a word is used up before the next");
      assertTrue(beyond.get(i - 1) < beyond.get(i), "slot " + i);
    }
  }

  @Test
  void aWordWithFewFreeSlotsIsUsedOnlyWhenNothingElseIsLeft() {
    List<Long> slots = fixture.allocate(CLASS, SLOTS - 64);
    freeAll(slots.subList(0, MAGAZINE - 7));
    // Seven slots of a word of 64, one fewer than its threshold, on top of the full magazine.
    List<Long> few = slots.subList(SLOTS - 64 - 7, SLOTS - 64);
    freeAll(few);
    heap.free(slots.get(MAGAZINE - 7));
    fixture.checkAtRest(slots.subList(MAGAZINE - 6, SLOTS - 64 - 7));
    assertEquals(64 + MAGAZINE - 6, fixture.allocate(CLASS, 64 + MAGAZINE - 6).size());
    assertEquals(few, fixture.allocate(CLASS, 7));
    fixture.checkAtRest(slotsBelowTheFrontier());
  }

  @Test
  void aDoubleFreeIsRefusedAtTheTopOfTheMagazine() {
    List<Long> slots = fixture.allocate(CLASS, MAGAZINE + 1);
    for (long slot : slots) {
      heap.free(slot);
      assertThrows(IllegalStateException.class, () -> heap.free(slot));
    }
    fixture.checkAtRest(List.of());
  }

  @Test
  void aDoubleFreeIsFoundWhenTheMagazineIsFull() {
    List<Long> slots = fixture.allocate(CLASS, MAGAZINE + 200);
    freeAll(slots.subList(0, MAGAZINE + 100));
    long inWord = slots.get(MAGAZINE - 1);
    heap.free(inWord);
    List<String> found = new ArrayList<>();
    for (long slot : slots.subList(MAGAZINE + 100, MAGAZINE + 200)) {
      try {
        heap.free(slot);
      } catch (IllegalStateException e) {
        found.add(e.getMessage());
        heap.free(slot); // which the one before has not done
      }
    }
    assertEquals(1, found.size());
    assertTrue(found.getFirst().contains("double free of 0x" + Long.toHexString(inWord)));
    fixture.checkAtRest(List.of());
  }

  @Test
  void aDoubleFreeThatIsFoundLateLosesNoneOfTheSlotsThatShareItsWord() {
    List<Long> slots = fixture.allocate(CLASS, 5 * 64);
    freeAll(slots.subList(128, 192));
    freeAll(slots.subList(192, 224));
    freeAll(slots.subList(64, 96));
    heap.free(slots.get(0)); // there is no room for it before 64 have gone to their words
    freeAll(slots.subList(256, 287));
    freeAll(slots.subList(64, 65)); // again
    freeAll(slots.subList(96, 127));
    var refused = slots.get(1);
    assertThrows(IllegalStateException.class, () -> heap.free(refused));
    List<Long> live = new ArrayList<>(slots.subList(1, 64));
    live.addAll(slots.subList(127, 128));
    live.addAll(slots.subList(224, 256));
    live.addAll(slots.subList(287, 320));
    fixture.checkAtRest(live);
  }

  @Test
  void freeDoesNotWriteToTheSlot() {
    List<Long> slots = fixture.allocate(CLASS, MAGAZINE + 1);
    slots.forEach(slot -> RawMemory.storePlain(slot, slot));
    freeAll(slots);
    slots.forEach(slot -> assertEquals(slot, RawMemory.loadPlain(slot)));
  }

  @Test
  void returnedSlotsAreTakenBeforeFreshOnes() {
    List<Long> slots = fixture.allocate(CLASS, RUN);
    freeInVirtualThread(slots.subList(0, 10));
    List<Long> again = fixture.allocate(CLASS, 10);
    Collections.sort(again);
    assertEquals(slots.subList(0, 10), again);
    assertEquals(RUN, fixture.words.frontier(slab, CLASS));
  }

  @Test
  void aReturnedSlotThatWasWrittenAfterItsFreeIsFoundOut() {
    List<Long> slots = fixture.allocate(CLASS, RUN);
    freeInVirtualThread(slots.subList(0, 3));
    RawMemory.storeLinkPlain(slots.get(2), -1);
    assertThrows(IllegalStateException.class, () -> fixture.allocate(CLASS));
    assertEquals(slots.getLast() + 64, fixture.allocate(CLASS));
  }

  @Test
  void aDrainLeavesNothingAndKeepsTheSlabInUse() {
    List<Long> slots = fixture.allocate(CLASS, SLOTS / 2 + 3);
    freeAll(slots.subList(0, SLOTS / 2));
    freeInVirtualThread(slots.subList(SLOTS / 2, SLOTS / 2 + 2));
    heap.held().drain().drain(heap.directory().slab(slab), CLASS);
    assertEquals(0, fixture.stashed(CLASS));
    List<Long> live = new ArrayList<>(slots.subList(SLOTS / 2 + 2, slots.size()));
    fixture.checkAtRest(live);
    live.addAll(fixture.allocate(CLASS, SLOTS - live.size()));
    fixture.checkAtRest(live);
    assertEquals(live.size(), live.stream().distinct().count());
  }

  @Test
  void aLimitedHeapClaimsSlotBySlot() {
    try (OwnedFixture limited = new OwnedFixture(28, 10 * 64)) {
      for (int taken = 1; taken <= 10; taken++) {
        limited.allocate(CLASS);
        assertEquals(taken, limited.words.frontier(limited.ownSlab(), CLASS));
      }
      assertEquals(SharedWords.NONE, limited.allocate(CLASS));
    }
  }

  /** Pops the first slot of the list as another thread does that is not scheduled after its CAS. */
  private Runnable popCountedLate() {
    long head = fixture.words.head(slab, CLASS);
    long first = fixture.region.address(slab, CLASS, HeadWord.top(head));
    long popped = HeadWord.popped(head, RawMemory.loadLinkPlain(first));
    assertTrue(RawMemory.casVolatile(fixture.region.headWord(slab, CLASS), head, popped));
    return () -> fixture.words.counts().removed(slab, CLASS, 1);
  }

  @Test
  void aPopThatCountsLateMakesNoTrimTakeTheNextListForACycle() {
    List<Long> slots = fixture.allocate(CLASS, RUN);
    freeInVirtualThread(slots.subList(0, 4));
    Runnable count = popCountedLate();
    fixture.allocate(CLASS, 3); // of the list, whose number is 4
    count.run();
    freeInVirtualThread(slots.subList(4, 6));
    assertEquals(0, new Trim(heap).trim());
    assertEquals(0, fixture.words.counts().lost(CLASS));
    fixture.allocate(CLASS, 2);
    assertEquals(RUN, fixture.words.frontier(slab, CLASS));
  }

  @Test
  void aPopThatCountsLateMakesNoListTooLongForItsOwnerWhileATrimHoldsAnother() {
    List<Long> slots = fixture.allocate(CLASS, RUN);
    freeInVirtualThread(slots.subList(0, 4));
    Runnable count = popCountedLate();
    long trimmed = fixture.words.takeAll(slab, CLASS);
    count.run();
    freeInVirtualThread(slots.subList(4, 6));
    assertEquals(Set.copyOf(slots.subList(4, 6)), Set.copyOf(fixture.allocate(CLASS, 2)));
    long sound = fixture.words.soundPart(trimmed, slab, CLASS);
    assertNull(fixture.words.giveBack(trimmed, sound, slab, CLASS));
    fixture.words.counts().removed(slab, CLASS, TakenList.slots(sound));
    fixture.allocate(CLASS, 3);
    assertEquals(RUN, fixture.words.frontier(slab, CLASS));
    assertEquals(0, fixture.words.length(slab, CLASS) + heap.held().count(slab, CLASS));
  }
}
