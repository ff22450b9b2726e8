package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlabHeapTest {
  private static final int CLASS = 12; // 4 KiB; 32 slots in an area of the smallest region
  private static final int SLOTS = 32;

  private final HeapFixture fixture = HeapFixture.small();

  @AfterEach
  void release() {
    fixture.close();
  }

  private void fillSlab(int slab, int sizeClass) {
    fixture.setFrontier(slab, sizeClass, fixture.layout.slots(sizeClass));
  }

  @Test
  void freedSlotsAreTakenBeforeFreshOnes() {
    long a = fixture.allocate(CLASS);
    fixture.heap.free(a);
    assertEquals(a, fixture.heap.allocate(CLASS));
  }

  @Test
  void aFreshSlotIsKnownToBeZeroAndAFreedOneIsNot() {
    long first = fixture.heap.allocate(CLASS);
    assertTrue(SlabHeap.isZero(first));
    fixture.heap.free(SlabHeap.address(first));
    assertFalse(SlabHeap.isZero(fixture.heap.allocate(CLASS)));
  }

  @Test
  void aFullHomeSlabFailsOverInStepsOfTwentyOne() {
    fillSlab(0, CLASS);
    assertEquals(21, fixture.layout.slabOf(fixture.allocate(CLASS)));
    fillSlab(21, CLASS);
    assertEquals(42, fixture.layout.slabOf(fixture.allocate(CLASS)));
    fillSlab(42, CLASS);
    assertEquals(63, fixture.layout.slabOf(fixture.allocate(CLASS)));
    fillSlab(63, CLASS);
    assertEquals(20, fixture.layout.slabOf(fixture.allocate(CLASS)));
  }

  @Test
  void theSingleFreedSlotOfAFullClassIsFoundInAnySlab() {
    for (int slab = 0; slab < 64; slab++) {
      fillSlab(slab, CLASS);
    }
    for (int slab = 0; slab < 64; slab++) {
      long freed = fixture.layout.address(slab, CLASS, 7);
      fixture.heap.free(freed);
      assertEquals(freed, fixture.allocate(CLASS), "slab " + slab);
    }
  }

  /** Else its list stays empty, it looks at all others in each call, and threads meet at one. */
  @Test
  void aHomeGrowsTo64KibOfASizeBeforeItTakesWhatAnotherSlabHasFree() {
    fixture.setFrontier(5, CLASS, 1);
    long elsewhere = fixture.layout.address(5, CLASS, 1);
    fixture.heap.free(elsewhere);
    List<Long> atHome = fixture.allocate(CLASS, 16);
    assertTrue(atHome.stream().allMatch(slot -> fixture.layout.slabOf(slot) == 0));
    assertEquals(elsewhere, fixture.allocate(CLASS));
  }

  @Test
  void aHomeTakesASlotOfMoreThan64KibElsewhereBeforeItGrows() {
    int largeClass = 17;
    try (HeapFixture large = new HeapFixture(32, MemoryLimit.UNLIMITED, 1)) {
      large.setFrontier(5, largeClass, 1);
      long elsewhere = large.layout.address(5, largeClass, 1);
      large.heap.free(elsewhere);
      assertEquals(elsewhere, large.allocate(largeClass));
    }
  }

  @Test
  void aFullClassFailsOverToTheNextLargerOne() {
    for (int slab = 0; slab < 64; slab++) {
      fillSlab(slab, CLASS);
    }
    long address = fixture.allocate(CLASS);
    assertEquals(CLASS + 1, fixture.layout.classOf(address));
    assertEquals(0, fixture.layout.slabOf(address));
  }

  @Test
  void everySlotOfAClassAndAllLargerOnesIsHandedOutOnceAndThenNone() {
    List<Long> live = new ArrayList<>();
    for (long a = fixture.allocate(CLASS); a != SlabHeap.NONE; a = fixture.allocate(CLASS)) {
      live.add(a);
    }
    assertEquals(64 * (SLOTS + 16 + 8 + 4), live.size());
    InvariantWalk.check(fixture.heap, live);
    live.forEach(fixture.heap::free);
    InvariantWalk.check(fixture.heap, List.of());
    assertEquals(64 * SLOTS, fixture.allocate(CLASS, 64 * SLOTS).stream().distinct().count());
  }

  @Test
  void aClassLargerThanTheLargestHasNothing() {
    assertEquals(SlabHeap.NONE, fixture.heap.allocate(16));
    assertEquals(SlabHeap.NONE, fixture.heap.allocate(63));
  }

  @Test
  void theSharedWordsAreNotASlot() {
    assertFalse(fixture.heap.handedOut(fixture.layout.base()));
    assertFalse(fixture.heap.handedOut(fixture.layout.headWord(63, 31)));
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 7", "3, 15", "5, 31", "16, 63", "500, 63"})
  void threadsSpreadOverAFewHomesForEachProcessor(int processors, int homeMask) {
    assertEquals(
        homeMask, SlabHeap.in(fixture.heap.region(), fixture.words.limit(), processors).homeMask());
  }
}
