package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.internal.slab.OwnedSlab.RETURNED;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.WaitingThread;
import org.smalloc4j.internal.raw.RawMemory;

/** A call takes little of what is free in other slabs, and looks at few; the next ones go on. */
class ReuseInstalmentsTest {
  private static final int CLASS = 6; // 2,048 slots in an area of the smallest region
  private static final int MAGAZINE = 2048 / 16;
  private static final int RUN = 2048 / 64;
  private static final int MANY = 60 * RUN;
  private static final int MANY_OWNERS = 30;
  private static final int MOST_LOOKS = 8;
  private static final int MOST_BORROWED = 24;

  private final OwnedFixture fixture = OwnedFixture.small();
  private final List<WaitingThread> others = new ArrayList<>();
  private final List<Long> live = new ArrayList<>();

  @BeforeEach
  void ownASlab() {
    fixture.heap.free(fixture.allocate(5)); // not to adopt a dead owner's
  }

  @AfterEach
  void checkAndRelease() {
    others.forEach(WaitingThread::end);
    live.forEach(fixture.heap::free);
    fixture.checkAtRest(List.of());
    fixture.heap.held().release();
    fixture.checkAtRest(List.of());
    fixture.close();
  }

  private void allocate(int count) {
    live.addAll(fixture.allocate(CLASS, count));
  }

  private void freeInVirtualThread(List<Long> slots) {
    fixture.inVirtualThread(
        () -> {
          slots.forEach(fixture.heap::free);
          return 0;
        });
  }

  /** Returns slots that a dead owner holds in its stash. */
  private List<Long> leftByADeadOwner() {
    return fixture.inOtherThread(
        () -> {
          List<Long> slots = fixture.allocate(CLASS, MANY);
          slots.forEach(fixture.heap::free);
          return slots;
        });
  }

  /** Lets other threads own slabs, and have a slot each. */
  private void letOthersOwn(int count) {
    for (int i = 0; i < count; i++) {
      others.add(new WaitingThread());
      live.add(others.getLast().idleAfter(() -> fixture.allocate(CLASS)));
    }
  }

  private int slabOf(List<Long> slots) {
    return fixture.region.slabOf(slots.getFirst());
  }

  private long held(int slab) {
    return fixture.heap.stash().count(fixture.heap.directory().slab(slab), CLASS);
  }

  private long ownFrontier() {
    return fixture.words.frontier(fixture.ownSlab(), CLASS);
  }

  @Test
  void aDeadOwnerLendsALittleAtATimeAndTheNextThreadAdoptsTheRest() {
    List<Long> slots = leftByADeadOwner();
    allocate(1);
    assertEquals(MOST_BORROWED, fixture.stashed(CLASS));
    assertEquals(MANY - 1 - MOST_BORROWED, held(slabOf(slots)));
    fixture.checkAtRest(live);
    List<Long> adopted = fixture.inOtherThread(() -> fixture.allocate(CLASS, MAGAZINE));
    assertTrue(slots.containsAll(adopted));
    live.addAll(adopted);
    fixture.checkAtRest(live);
    fixture.heap.held().release();
    assertEquals(0, held(slabOf(slots)));
  }

  @Test
  void aDeadOwnerLendsUntilItHasNothingLeftButWordsWithFewSlots() {
    List<Long> slots = leftByADeadOwner();
    while (ownFrontier() == 0 && live.size() < MANY) {
      allocate(1);
    }
    assertTrue(live.size() > MANY - 64 * 7, "lent " + live.size());
    assertTrue(slots.containsAll(live.subList(0, live.size() - 1)));
    fixture.checkAtRest(live);
  }

  @Test
  void whatADeadOwnerLendsOfItsMagazineGoesBackToItsSlab() {
    int lender = slabOf(leftByADeadOwner());
    while (held(lender) > MAGAZINE / 2 && live.size() < MANY) {
      allocate(1);
    }
    assertNotEquals(0, fixture.stashed(CLASS));
    fixture.heap.held().release();
    assertEquals(MANY - live.size(), fixture.words.length(lender, CLASS));
    fixture.checkAtRest(live);
  }

  @Test
  void whereSlotsAreFewADeadOwnerGivesAllThatItHolds() {
    List<Long> slots = leftByADeadOwner();
    fixture.words.limit().noteExhaustion();
    allocate(1);
    assertEquals(0, fixture.stashed(CLASS));
    assertEquals(0, held(slabOf(slots)));
    fixture.checkAtRest(live);
  }

  @Test
  void whereSlotsAreFewASlabThatIsTakenForAThreadBeyondTheSlabsGivesAllThatItHolds() {
    others.add(new WaitingThread());
    List<Long> slots =
        others
            .getLast()
            .idleAfter(
                () -> {
                  List<Long> all = fixture.allocate(CLASS, MANY);
                  all.forEach(fixture.heap::free);
                  return all;
                });
    OwnedFixture.letOwnersBeIdle(fixture.heap);
    OwnedFixture.letOwnersBeIdle(fixture.heap); // and be seen so
    fixture.words.limit().noteExhaustion();
    assertTrue(fixture.heap.reuse().takeSlabOfIdle());
    assertEquals(0, held(slabOf(slots)));
  }

  @Test
  void anOwnerThatWasAtWorkSinceItWasSeenIdleKeepsItsSlab() {
    letOthersOwn(1);
    OwnedFixture.letOwnersBeIdle(fixture.heap);
    OwnedFixture.letOwnersBeIdle(fixture.heap); // and be seen so
    live.add(others.getLast().idleAfter(() -> fixture.allocate(CLASS)));
    assertFalse(fixture.heap.reuse().takeSlabOfIdle(), "at work a moment ago");
    OwnedFixture.waitFor(Idleness.LONG_NANOS + Idleness.PAUSE_NANOS);
    OwnedFixture.letOwnersBeIdle(fixture.heap);
    assertTrue(fixture.heap.reuse().takeSlabOfIdle());
  }

  @Test
  void aDamagedListThatADeadOwnerHasTakenIsDroppedAndItsSlabIsThereForTheNext() {
    List<Long> slots = fixture.inOtherThread(() -> fixture.allocate(CLASS, MANY));
    int lender = slabOf(slots);
    int adopted =
        fixture.inOtherThread(
            () -> {
              fixture.heap.free(fixture.allocate(5));
              freeInVirtualThread(slots); // to the list
              live.add(fixture.allocate(CLASS)); // takes it
              return fixture.ownSlab();
            });
    assertEquals(lender, adopted);
    int first = TakenList.first(fixture.heap.directory().slab(lender).get(RETURNED, CLASS));
    RawMemory.storeLinkPlain(fixture.region.address(lender, CLASS, first), Integer.MAX_VALUE);
    assertThrows(IllegalStateException.class, () -> fixture.allocate(CLASS));
    assertEquals(MANY - 1, fixture.words.counts().lost(CLASS));
    allocate(1);
    fixture.checkAtRest(live);
    adopted =
        fixture.inOtherThread(
            () -> {
              fixture.heap.free(fixture.allocate(5));
              return fixture.ownSlab();
            });
    assertEquals(lender, adopted);
  }

  @Test
  void theListsOfManyAreLookedAtBeforeAnOwnerHasGrownMuch() {
    letOthersOwn(MANY_OWNERS - 1);
    others.add(new WaitingThread());
    List<Long> slots = others.getLast().idleAfter(() -> fixture.allocate(CLASS, MANY));
    freeInVirtualThread(slots);
    OwnedFixture.letOwnersBeIdle(fixture.heap);
    allocate(MANY / 2);
    assertEquals(RUN * ((MANY_OWNERS - 1) / MOST_LOOKS), ownFrontier());
    assertTrue(slots.contains(live.getLast()));
    fixture.checkAtRest(live);
  }

  @Test
  void whatOneOfManyHoldsIsFoundBeforeAnOwnerHasGrownMuch() {
    letOthersOwn(MANY_OWNERS - 1);
    List<Long> slots = leftByADeadOwner();
    OwnedFixture.letOwnersBeIdle(fixture.heap);
    allocate(MANY / 2);
    assertTrue(slots.contains(live.getLast()));
    // All lists first, and then what owners hold.
    long looks = 2 * MANY_OWNERS / MOST_LOOKS;
    assertTrue(ownFrontier() <= RUN * looks, () -> "grown by " + ownFrontier());
    fixture.checkAtRest(live);
  }

  @Test
  void anOwnerThatHasWorkedSinceItsListWasLookedAtKeepsWhatItHolds() {
    letOthersOwn(MOST_LOOKS);
    WaitingThread last = new WaitingThread();
    others.add(last);
    last.idleAfter(
        () -> {
          fixture.allocate(CLASS, MANY).forEach(fixture.heap::free);
          return 0;
        });
    OwnedFixture.letOwnersBeIdle(fixture.heap);
    allocate(2 * RUN); // all lists, and what the first of the others hold
    live.add(last.idleAfter(() -> fixture.allocate(CLASS + 2)));
    OwnedFixture.waitFor(Idleness.PAUSE_NANOS);
    allocate(1);
    assertEquals(0, fixture.heap.owners().revocation().taken());
  }

  private void allocateAndFree(int sizeClass, int count) {
    fixture.allocate(sizeClass, count).forEach(fixture.heap::free);
  }

  @Test
  void anOwnerIsSeenToBeIdleAlsoByMallocsOfOtherSizes() {
    others.add(new WaitingThread());
    freeInVirtualThread(others.getLast().idleAfter(() -> fixture.allocate(CLASS, MANY)));
    OwnedFixture.waitFor(Idleness.PAUSE_NANOS);
    for (int c = 3; c <= fixture.layout.largestOwnedClass(); c++) {
      if (c != CLASS) {
        allocateAndFree(c, (int) fixture.region.slots(c)); // all of an area
      }
    }
    OwnedFixture.waitFor(Idleness.LONG_NANOS + Idleness.PAUSE_NANOS);
    allocate(1);
    assertEquals(0, ownFrontier());
  }
}
