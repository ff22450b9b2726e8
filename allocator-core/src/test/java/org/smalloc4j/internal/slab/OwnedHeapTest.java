package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smalloc4j.internal.address.HeadWord;

class OwnedHeapTest {
  private static final int CLASS = 8; // 512 slots in an area of the smallest region

  private final OwnedFixture fixture = OwnedFixture.small();
  private final OwnedHeap heap = fixture.heap;

  @AfterEach
  void release() {
    fixture.close();
  }

  /** Allocates slots of CLASS as long as there are any. */
  private Set<Long> drain() {
    Set<Long> taken = new HashSet<>();
    long p = fixture.allocate(CLASS);
    while (fixture.region.classOf(p) == CLASS) {
      taken.add(p);
      p = fixture.allocate(CLASS);
    }
    heap.free(p);
    return taken;
  }

  @Test
  void aThreadTakesItsSlotsFromItsOwnSlab() {
    long first = fixture.allocate(CLASS);
    assertEquals(fixture.ownSlab(), fixture.region.slabOf(first));
    assertEquals(fixture.ownSlab(), fixture.region.slabOf(fixture.allocate(4)));
  }

  @Test
  void classesWithFewSlotsAreNobodys() {
    int smallestShared = fixture.layout.largestOwnedClass() + 1;
    long p = fixture.allocate(smallestShared);
    assertEquals(Owners.NO_SLAB, fixture.ownSlab());
    heap.free(p);
    int slab = fixture.region.slabOf(p);
    int top = HeadWord.top(fixture.words.head(slab, smallestShared));
    assertEquals(p, fixture.region.address(slab, smallestShared, top));
  }

  @Test
  void anOwnersFreeReachesNoSharedWord() {
    long p = fixture.allocate(CLASS);
    long head = fixture.words.head(fixture.ownSlab(), CLASS);
    heap.free(p);
    assertEquals(head, fixture.words.head(fixture.ownSlab(), CLASS));
    assertEquals(p, fixture.allocate(CLASS));
  }

  @Test
  void aFreshSlotIsKnownToBeZeroAndAFreedOneIsNot() {
    long first = heap.allocate(CLASS);
    assertTrue(SlabHeap.isZero(first));
    heap.free(SlabHeap.address(first));
    assertFalse(SlabHeap.isZero(heap.allocate(CLASS)));
  }

  @Test
  void aSlotThatAnotherThreadFreedIsTakenBeforeAFreshOne() {
    List<Long> own = fixture.allocate(CLASS, fixture.layout.runSlots(CLASS));
    fixture.inVirtualThread(
        () -> {
          heap.free(own.getFirst());
          return null;
        });
    assertEquals(own.getFirst(), fixture.allocate(CLASS));
  }

  @Test
  void anAddressBehindTheSlotsHandedOutIsRefused() {
    long p = fixture.allocate(CLASS);
    long neverHandedOut = p + (1 << CLASS);
    assertThrows(IllegalArgumentException.class, () -> heap.free(neverHandedOut));
    assertThrows(IllegalArgumentException.class, () -> heap.free(p + 8));
    fixture.checkAtRest(List.of(p));
  }

  @Test
  void aSlotThatAnOwnerHasNotHandedOutYetIsRefusedToAThreadWithoutASlab() {
    long slot = fixture.allocate(CLASS);
    long next = slot + (1 << CLASS);
    fixture.inVirtualThread(
        () -> assertThrows(IllegalArgumentException.class, () -> heap.free(next)));
    fixture.checkAtRest(List.of(slot));
  }

  @Test
  void aSlotThatWasFreedLastIsRefusedWhoeverOwnsIt() {
    long own = fixture.allocate(CLASS);
    heap.free(own);
    assertThrows(IllegalStateException.class, () -> heap.free(own));
    long other = fixture.inOtherThread(() -> fixture.allocate(CLASS));
    heap.free(other);
    assertThrows(IllegalStateException.class, () -> heap.free(other));
    fixture.checkAtRest(List.of());
  }

  @Test
  void aFullSlabIsHelpedOutByTheOthers() {
    List<Long> own = fixture.allocate(CLASS, 512);
    long beyond = fixture.allocate(CLASS);
    assertNotEquals(fixture.ownSlab(), fixture.region.slabOf(beyond));
    assertEquals(CLASS, fixture.region.classOf(beyond));
    own.forEach(heap::free);
    heap.free(beyond);
    fixture.checkAtRest(List.of());
  }

  @Test
  void whatTheDeadHoldBackIsUsedBeforeLargerSlots() {
    fixture.inOtherThread(
        () -> {
          fixture.allocate(CLASS, 300).forEach(heap::free);
          return null;
        });
    assertEquals(64 * 512, drain().size());
  }

  @Test
  void whatTheOwnOutboxHoldsBackIsUsedBeforeLargerSlots() {
    List<Long> others = fixture.inOtherThread(() -> fixture.allocate(CLASS, 3));
    heap.free(fixture.allocate(CLASS));
    others.forEach(heap::free);
    assertEquals(64 * 512, drain().size());
  }

  @Test
  void aHeapThatRanOutHoldsBackNoMoreThanMagazines() {
    Set<Long> all = drain();
    all.forEach(heap::free);
    int magazine = fixture.layout.magazineSlots(CLASS);
    assertTrue(fixture.stashed(CLASS) <= magazine);
    int reachable = fixture.inVirtualThread(this::drain).size();
    assertTrue(reachable >= 64 * 512 - magazine, () -> reachable + " of " + 64 * 512);
  }

  @Test
  void aTrimForgetsThatTheHeapRanOut() {
    drain().forEach(heap::free);
    new Trim(heap).trim();
    fixture.allocate(CLASS, 512).forEach(heap::free);
    assertEquals(512, fixture.stashed(CLASS));
    fixture.checkAtRest(List.of());
  }

  @Test
  void aTrimReachesWhatTheCallerAndTheDeadHoldBack() {
    List<Long> others = fixture.inOtherThread(() -> fixture.allocate(CLASS, 100));
    fixture.allocate(CLASS, 100).forEach(heap::free);
    others.forEach(heap::free);
    new Trim(heap).trim();
    assertEquals(0, Census.of(heap).takenBytes());
    fixture.checkAtRest(List.of());
  }

  @Test
  void aVirtualThreadCanTrim() {
    fixture.inOtherThread(
        () -> {
          heap.free(fixture.allocate(CLASS));
          return null;
        });
    fixture.inVirtualThread(() -> new Trim(heap).trim());
    assertEquals(0, Census.of(heap).takenBytes());
  }

  @Test
  void aBlockThatOutgrowsAMebibyteMovesToAFourMebibyteSlot() {
    try (OwnedFixture large = new OwnedFixture(40, MemoryLimit.UNLIMITED)) {
      long block = large.allocate(7);
      long grower = large.move(block, 7, 21, (1 << 20) + 1);
      assertEquals(22, large.region.classOf(grower));
    }
  }

  @Test
  void aBlockThatStaysWithinAMebibyteMovesToTheSlotItNeeds() {
    try (OwnedFixture large = new OwnedFixture(40, MemoryLimit.UNLIMITED)) {
      long block = large.allocate(5);
      assertEquals(20, large.region.classOf(large.move(block, 5, 20, 1 << 20)));
    }
  }

  @Test
  void aBlockThatMovesForItsAlignmentAloneDoesNotBecomeAGrower() {
    try (OwnedFixture large = new OwnedFixture(40, MemoryLimit.UNLIMITED)) {
      long block = large.allocate(20);
      assertEquals(21, large.region.classOf(large.move(block, 20, 21, 1 << 20)));
    }
  }

  @ParameterizedTest
  @CsvSource({"39, 9223372036854775807", "40, 1000000000"})
  void smallRegionsAndLimitedHeapsHaveNoGrowers(int regionBits, long maxBytes) {
    try (OwnedFixture other = new OwnedFixture(regionBits, maxBytes)) {
      long block = other.allocate(7);
      assertEquals(21, other.region.classOf(other.move(block, 7, 21, (1 << 20) + 1)));
    }
  }

  @Test
  void aGrowerThatCannotBeHadLeavesTheSlotThatIsNeeded() {
    try (OwnedFixture large = new OwnedFixture(40, MemoryLimit.UNLIMITED)) {
      for (int sizeClass = 22; sizeClass <= large.region.largestClass(); sizeClass++) {
        for (int slab = 0; slab < 64; slab++) {
          assertTrue(large.words.casFrontier(slab, sizeClass, 0, large.region.slots(sizeClass)));
        }
      }
      long block = large.allocate(7);
      long moved = large.move(block, 7, 21, (1 << 20) + 1);
      assertEquals(21, large.region.classOf(moved));
      assertNotEquals(block, moved);
    }
  }
}
