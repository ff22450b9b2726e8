package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.raw.RawMemory;

/** What owners at work give after a trim, on their slow ways. */
class BusyOwnersTest {
  private static final int CLASS = 6;
  private static final int SLOTS = 8000;

  /** A class of which some slots are used, to come to a slow way. */
  private static final int BUSY_CLASS = 10;

  private final OwnedFixture fixture = new OwnedFixture(34, MemoryLimit.UNLIMITED);

  @AfterEach
  void release() {
    fixture.close();
  }

  private List<Long> written(int sizeClass, int count) {
    List<Long> slots = fixture.allocate(sizeClass, count);
    slots.forEach(slot -> RawMemory.storeLinkPlain(slot, 1));
    return slots;
  }

  private void freeAll(List<Long> slots) {
    slots.forEach(fixture.heap::free);
  }

  private int magazine(int sizeClass) {
    return fixture.layout.magazineSlots(sizeClass);
  }

  private long kept(int sizeClass) {
    return fixture.words.sorted().keptCount(fixture.ownSlab(), sizeClass);
  }

  private long beside(int sizeClass) {
    return fixture.stashed(sizeClass) - magazine(sizeClass);
  }

  private void checkNothingBeside(int sizeClass) {
    assertTrue(beside(sizeClass) <= 0, beside(sizeClass) + " slots");
  }

  /** Comes to the slow way of malloc, and of free, some times each. */
  private void work(int times) {
    for (int i = 0; i < times; i++) {
      List<Long> slots = fixture.allocate(BUSY_CLASS, 2 * magazine(BUSY_CLASS));
      freeAll(slots);
    }
  }

  @Test
  void whatAnOwnerAtWorkKeepsGoesBackAtTheSecondTrim() {
    freeAll(written(CLASS, SLOTS));
    long beside = beside(CLASS);
    assertTrue(beside > 5000, beside + " slots");
    assertEquals(0, fixture.trimInOtherThread());
    work(100);
    checkNothingBeside(CLASS);
    assertEquals(SLOTS - fixture.stashed(CLASS), kept(CLASS));
    fixture.checkAtRest(List.of());
    long bytes = fixture.trimInOtherThread();
    assertTrue(bytes > (beside << CLASS) - (64 << 10), bytes + " bytes");
    fixture.checkAtRest(List.of());
  }

  @Test
  void nobodyGivesWhatNobodyAskedFor() {
    freeAll(written(CLASS, SLOTS));
    long before = fixture.stashed(CLASS);
    work(100);
    assertEquals(before, fixture.stashed(CLASS));
    assertEquals(0, kept(CLASS));
  }

  @Test
  void anOwnerThatOnlyFreesGivesToo() {
    List<Long> busy = fixture.allocate(BUSY_CLASS, 6000);
    freeAll(written(CLASS, SLOTS));
    fixture.trimInOtherThread();
    freeAll(busy);
    checkNothingBeside(CLASS);
    fixture.checkAtRest(List.of());
  }

  @Test
  void anOwnerThatOnlyAllocatesGivesToo() {
    freeAll(written(CLASS, SLOTS));
    fixture.trimInOtherThread();
    List<Long> busy = new ArrayList<>();
    int words = SLOTS / 64; // of which a malloc gives two
    for (int i = 0; i < words; i++) {
      busy.add(SlabHeap.address(mallocLikeSmalloc(BUSY_CLASS)));
    }
    checkNothingBeside(CLASS);
    fixture.checkAtRest(busy);
  }

  private long mallocLikeSmalloc(int sizeClass) {
    long taken = fixture.heap.tryTake(1L << sizeClass);
    taken = taken != OwnedHeap.NONE ? taken : fixture.heap.tryTakeAtHand(1L << sizeClass);
    return taken != OwnedHeap.NONE ? taken : fixture.heap.allocate(sizeClass);
  }

  @Test
  void anOwnerThatIsAskedGrowsNoBlockTheShortWay() {
    long p = fixture.allocate(4);
    freeAll(written(CLASS, SLOTS));
    fixture.allocate(7);
    fixture.trimInOtherThread();
    assertEquals(OwnedHeap.NONE, fixture.heap.tryGrow(p, 1 << 7));
    work(100);
    assertNotEquals(OwnedHeap.NONE, fixture.heap.tryGrow(p, 1 << 7));
  }

  @Test
  void whatOthersHaveFreedIsGivenInAddressOrder() {
    List<Long> slots = written(CLASS, SLOTS);
    fixture.inOtherThread(
        () -> {
          freeAll(slots);
          return true;
        });
    List<Long> live = List.of(fixture.allocate(CLASS)); // takes the whole list
    assertTrue(fixture.stashed(CLASS) > 5000, fixture.stashed(CLASS) + " slots");
    fixture.trimInOtherThread();
    work(600);
    checkNothingBeside(CLASS);
    fixture.checkAtRest(live);
    long bytes = fixture.trimInOtherThread();
    assertTrue(bytes > (5000 << CLASS) - (64 << 10), bytes + " bytes");
    fixture.checkAtRest(live);
  }

  @Test
  void whoAllocatesMoreTakesBackWhatItGave() {
    freeAll(written(CLASS, SLOTS));
    fixture.trimInOtherThread();
    work(100);
    long frontier = fixture.words.frontier(fixture.ownSlab(), CLASS);
    List<Long> again = fixture.allocate(CLASS, SLOTS);
    long grown = fixture.words.frontier(fixture.ownSlab(), CLASS) - frontier;
    assertTrue(grown <= 64, grown + " slots"); // a free word of a few is not on the stack
    fixture.checkAtRest(again);
  }

  @Test
  void trimsThatFollowEachOtherFastKeepNoClassFromGiving() {
    freeAll(written(CLASS, SLOTS));
    freeAll(written(CLASS + 2, SLOTS / 2));
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < 125; i++) {
      fixture.trimInOtherThread();
      live.add(fixture.allocate(BUSY_CLASS)); // a fresh one: the slow way once
    }
    checkNothingBeside(CLASS);
    checkNothingBeside(CLASS + 2);
    fixture.checkAtRest(live);
  }

  @Test
  void aTickGivesBackWhatWasGivenBeforeIt() {
    freeAll(written(CLASS, SLOTS));
    fixture.trimInOtherThread();
    work(100);
    new Trim(fixture.heap).tick();
    long frontier = fixture.words.frontier(fixture.ownSlab(), CLASS);
    long purged = fixture.words.sorted().purgedCount(fixture.ownSlab(), CLASS);
    assertTrue(purged > 5000 || frontier < 3000, purged + " of " + frontier);
    fixture.checkAtRest(List.of());
  }

  @Test
  void aSlotThatWasFreedTwiceIsFoundOutAndGivenOnce() {
    List<Long> slots = written(CLASS, SLOTS);
    long twice = slots.getFirst();
    fixture.inOtherThread(
        () -> {
          fixture.heap.free(twice);
          return true;
        });
    fixture.trimInOtherThread();
    assertEquals(1, kept(CLASS));
    freeAll(slots.subList(64, 2000)); // the magazine is full
    fixture.heap.free(twice);
    freeAll(slots.subList(1, 63));
    List<String> refused = new ArrayList<>();
    for (long slot : slots.subList(2000, SLOTS)) {
      try {
        fixture.heap.free(slot);
      } catch (IllegalStateException e) {
        refused.add(e.getMessage());
        fixture.heap.free(slot); // it was not its fault
      }
    }
    work(100);
    String address = "0x" + Long.toHexString(twice);
    assertEquals(List.of("double free of " + address + ": it is free already"), refused);
    fixture.checkAtRest(List.of(slots.get(63)));
  }
}
