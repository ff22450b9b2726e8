package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.raw.RawMemory;

class PrefaultTest {
  private static final int FIRST_OWNED = 8; // of two processors
  private static final long BYTES = 64 << 10;

  private final OwnedFixture fixture = new OwnedFixture(40, MemoryLimit.UNLIMITED);
  private final OwnedHeap heap = fixture.heap;

  @AfterEach
  void close() {
    fixture.close();
  }

  private boolean isBacked(long address) {
    long answer = heap.layout().region().frontierWord(0, 0); // of no class
    return 2 * HeapFixture.OS.backedAbout(address, BYTES, answer) > BYTES;
  }

  @Test
  void theFirstBytesOfEachOwnedClassAreBackedInSoManySlabsAndNothingElse() {
    new Prefault(heap).touch(BYTES, 2);
    for (int slab = 0; slab < 64; slab++) {
      for (int sizeClass = 2; sizeClass <= 22; sizeClass++) {
        boolean expected =
            slab >= FIRST_OWNED && slab < FIRST_OWNED + 2 && heap.layout().isOwned(sizeClass);
        long area = fixture.region.area(slab, sizeClass);
        assertEquals(expected, isBacked(area), "slab " + slab + " class " + sizeClass);
        assertFalse(isBacked(area + 2 * BYTES));
      }
    }
  }

  @Test
  void theFirstOwnerGetsASlabThatWasTouchedAndFindsItZeroAndFree() {
    new Prefault(heap).touch(BYTES, 1);
    assertEquals(0, Census.of(heap).takenBytes());
    long taken = heap.allocate(12);
    assertTrue(SlabHeap.isZero(taken));
    assertEquals(FIRST_OWNED, fixture.region.slabOf(SlabHeap.address(taken)));
    assertEquals(0, RawMemory.loadPlain(SlabHeap.address(taken)));
  }

  @Test
  void nothingIsTouchedForNothing() {
    new Prefault(heap).touch(0, 2);
    assertFalse(isBacked(fixture.region.area(FIRST_OWNED, 12)));
  }

  @Test
  void anAreaIsTouchedToItsEndAndNoFurther() {
    try (OwnedFixture small = OwnedFixture.small()) {
      new Prefault(small.heap).touch(1L << 40, 64);
      assertNotEquals(OwnedHeap.NONE, small.heap.allocate(9));
      assertFalse(isBacked(small.region.area(FIRST_OWNED, small.layout.largestOwnedClass() + 1)));
    }
  }
}
