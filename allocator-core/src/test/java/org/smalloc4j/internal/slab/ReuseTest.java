package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.WaitingThread;
import org.smalloc4j.internal.raw.RawMemory;

/** Memory that is free in other slabs is used before an owner grows. */
class ReuseTest {
  private static final int CLASS = 6; // 2,048 slots in an area of the smallest region
  private static final int MAGAZINE = 2048 / 16;
  private static final int MANY = 1000;

  private final OwnedFixture fixture = OwnedFixture.small();
  private final WaitingThread owner = new WaitingThread();
  private final List<Long> live = new ArrayList<>();

  @AfterEach
  void checkAndRelease() {
    owner.end();
    live.forEach(fixture.heap::free);
    fixture.checkAtRest(List.of());
    fixture.heap.held().release();
    fixture.checkAtRest(List.of());
    fixture.close();
  }

  private <T> T inOwner(Callable<T> action) {
    return owner.idleAfter(action);
  }

  private void allocate(int count) {
    live.addAll(fixture.allocate(CLASS, count));
  }

  private void freeAll() {
    live.forEach(fixture.heap::free);
    live.clear();
  }

  /** Leaves slots of an idle owner's slab on its list; returns that slab. */
  private int listed(int count) {
    List<Long> slots = inOwner(() -> fixture.allocate(CLASS, count));
    fixture.heap.free(fixture.allocate(5)); // so that this thread owns a slab
    slots.forEach(fixture.heap::free);
    fixture.heap.held().release();
    OwnedFixture.letOwnersBeIdle(fixture.heap);
    return fixture.region.slabOf(slots.getFirst());
  }

  private long ownFrontier() {
    return fixture.words.frontier(fixture.ownSlab(), CLASS);
  }

  @Test
  void aListOfAnotherSlabIsUsedUpBeforeAnOwnerGrows() {
    int lender = listed(MANY);
    allocate(MANY);
    assertEquals(0, ownFrontier());
    assertTrue(live.stream().allMatch(slot -> fixture.region.slabOf(slot) == lender));
    assertEquals(MANY, new HashSet<>(live).size());
    fixture.checkAtRest(live);
    allocate(100);
    assertNotEquals(0, ownFrontier());
  }

  @Test
  void whatIsBorrowedGoesBackToItsSlab() {
    int lender = listed(MANY);
    allocate(MANY);
    freeAll();
    fixture.heap.held().release();
    assertEquals(0, fixture.stashed(CLASS));
    fixture.checkAtRest(List.of());
    assertEquals(
        MANY,
        inOwner(() -> fixture.allocate(CLASS, MANY)).stream()
            .filter(slot -> fixture.region.slabOf(slot) == lender && live.add(slot))
            .count());
    assertEquals(0, ownFrontier());
  }

  @Test
  void whatIsBorrowedAndNotUsedGoesBackWithTheThreadsCache() {
    listed(MANY);
    allocate(1);
    assertEquals(24, fixture.stashed(CLASS));
    int slab = fixture.ownSlab();
    fixture.heap.releaseThreadCache();
    assertEquals(0, fixture.heap.held().count(slab, CLASS));
    fixture.checkAtRest(live);
  }

  @Test
  void borrowedSlotsNeverGetAmongTheFreeWords() {
    allocate(2 * MAGAZINE);
    List<Long> own = new ArrayList<>(live);
    List<Long> others = inOwner(() -> fixture.allocate(CLASS, MANY));
    int lender = fixture.region.slabOf(others.getFirst());
    others.forEach(fixture.heap::free);
    OwnedFixture.letOwnersBeIdle(fixture.heap);
    // All that the own slab has, until one is borrowed, with half a magazine.
    while (fixture.region.slabOf(live.getLast()) != lender) {
      allocate(1);
    }
    own.forEach(fixture.heap::free); // more than there is room for
    live.removeAll(own);
    fixture.checkAtRest(live);
    fixture.heap.reclaim().all(fixture.heap);
    fixture.checkAtRest(live);
  }

  @Test
  void whatADeadOwnerHoldsIsUsedBeforeAnOwnerGrows() {
    fixture.heap.free(fixture.allocate(5)); // not to adopt the dead one's slab
    List<Long> slots =
        fixture.inOtherThread(
            () -> {
              List<Long> all = fixture.allocate(CLASS, 2 * MANY);
              all.forEach(fixture.heap::free);
              return all;
            });
    allocate(MANY);
    assertEquals(0, ownFrontier());
    assertTrue(slots.containsAll(live));
  }

  @Test
  void whatAnIdleOwnerHoldsIsUsedBeforeAnOwnerGrows() {
    fixture.heap.free(fixture.allocate(5));
    inOwner(
        () -> {
          fixture.allocate(CLASS, 2 * MANY).forEach(fixture.heap::free);
          return 0;
        });
    OwnedFixture.letOwnersBeIdle(fixture.heap);
    allocate(MANY);
    assertEquals(0, ownFrontier());
    assertEquals(1, fixture.heap.owners().revocation().taken());
  }

  @Test
  void anOwnerThatWasAtWorkAMomentAgoKeepsWhatItHas() {
    listed(MANY);
    inOwner(
        () -> {
          fixture.allocate(CLASS + 2, 200).forEach(fixture.heap::free);
          return 0;
        });
    OwnedFixture.waitFor(Idleness.PAUSE_NANOS);
    allocate(1);
    assertNotEquals(0, ownFrontier());
    assertEquals(0, fixture.heap.owners().revocation().taken());
  }

  @Test
  void anIdleOwnerThatHoldsLittleIsLeftAlone() {
    fixture.heap.free(fixture.allocate(5));
    inOwner(
        () -> {
          fixture.allocate(CLASS, MAGAZINE).forEach(fixture.heap::free);
          return 0;
        });
    OwnedFixture.letOwnersBeIdle(fixture.heap);
    allocate(MANY);
    assertEquals(0, fixture.heap.owners().revocation().taken());
  }

  @Test
  void slotsThatATrimKeptAreUsedBeforeAnOwnerGrows() {
    List<Long> slots = inOwner(() -> fixture.allocate(CLASS, MANY));
    fixture.heap.free(fixture.allocate(5));
    for (int i = 0; i < MANY; i++) {
      if (i % 32 == 0) {
        live.add(slots.get(i)); // one in each OS page
      } else {
        fixture.heap.free(slots.get(i));
      }
    }
    fixture.heap.reclaim().all(fixture.heap);
    OwnedFixture.letOwnersBeIdle(fixture.heap);
    allocate(MANY / 2);
    assertEquals(0, ownFrontier());
    fixture.checkAtRest(live);
  }

  @Test
  void whereSlotsAreFewNobodyKeepsWhatOthersMayNeed() {
    listed(MANY);
    fixture.words.limit().noteExhaustion();
    allocate(1);
    assertEquals(0, fixture.stashed(CLASS));
    assertEquals(0, ownFrontier());
  }

  @Test
  void aDamagedListIsDroppedAndTheNextCallGoesOn() {
    listed(1);
    long damaged = fixture.region.address(lender(), CLASS, 1);
    RawMemory.storeLinkPlain(damaged, Integer.MAX_VALUE);
    assertThrows(IllegalStateException.class, () -> fixture.allocate(CLASS));
    assertEquals(1, fixture.words.counts().lost(CLASS));
    allocate(1);
    assertNotEquals(0, ownFrontier());
  }

  private int lender() {
    return Long.numberOfTrailingZeros(fixture.words.inUse().of(CLASS));
  }

  @Test
  void threadsWithoutSlabsLookAtOtherSlabsTooBeforeTheyGrowBeyond64Kib() {
    int lender = listed(MANY);
    int atHome = (64 << 10) >> CLASS;
    List<Long> taken = fixture.inVirtualThread(() -> fixture.allocate(CLASS, atHome + MANY));
    live.addAll(taken);
    assertEquals(
        taken.subList(atHome, taken.size()),
        taken.stream().filter(slot -> fixture.region.slabOf(slot) == lender).toList());
  }

  @Test
  void aSlotThatIsBorrowedAndCountedLateIsCountedAllTheSame() {
    List<Long> slots = inOwner(() -> fixture.allocate(CLASS, 32)); // a whole run;
    int slab = fixture.region.slabOf(slots.getFirst());
    fixture.heap.free(fixture.allocate(5));
    slots.forEach(fixture.heap::free);
    fixture.heap.held().release();
    long borrowed = fixture.words.tryPop(slab, CLASS);
    fixture.words.counts().removed(slab, CLASS, -1); // as before it was counted
    inOwner(
        () -> {
          fixture.heap.free(fixture.allocate(CLASS)); // takes the list, and a number too large
          fixture.heap.releaseThreadCache();
          return 0;
        });
    fixture.words.counts().removed(slab, CLASS, 1);
    assertEquals(1, Census.of(fixture.heap).live(CLASS));
    live.add(borrowed);
  }

  @Test
  void aSlabLooksAtTheOthersEachTimeItHasGrownByAnEighth() {
    int looks = 0;
    long frontier = 0;
    for (; frontier < 1 << 20; frontier += 64) {
      looks += Reuse.isDue(frontier, 64, 4) ? 1 : 0;
    }
    assertTrue(Reuse.isDue(0, 64, 4));
    assertFalse(Reuse.isDue(64, 64, 4));
    assertEquals(8 + 8 * 5, looks, "8 of 4,096 slots, then 8 for each doubling of 32,768");
  }

  @Test
  void aSlabOfSlotsLargerThanThatLooksEachTime() {
    assertTrue(Reuse.isDue(0, 1, 19));
    assertTrue(Reuse.isDue(1, 1, 19));
    assertTrue(Reuse.isDue(15, 1, 19));
    assertFalse(Reuse.isDue(17, 1, 19));
  }
}
