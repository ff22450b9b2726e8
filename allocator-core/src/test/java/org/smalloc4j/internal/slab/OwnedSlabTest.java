package org.smalloc4j.internal.slab;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.RawMemory;

/** What the fast paths take and put, and what they leave to the others. */
class OwnedSlabTest {
  private static final int CLASS = 6;

  private final OwnedFixture fixture = OwnedFixture.small();
  private final OwnedHeap heap = fixture.heap;

  @AfterEach
  void release() {
    fixture.close();
  }

  @Test
  void aSlabLikeAnotherIsAsTheLayoutHasIt() {
    StashLayout layout = StashLayout.of(fixture.region);
    int first = RegionLayout.SLABS - 9;
    for (int slab = first; slab < RegionLayout.SLABS; slab++) {
      OwnedSlab expected = OwnedSlab.of(slab, layout);
      OwnedSlab alike = OwnedSlab.of(first, layout).alike(slab, layout);
      assertEquals(slab, alike.slab);
      for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
        for (int word = OwnedSlab.TOP; word <= OwnedSlab.BORROWED; word++) {
          assertEquals(expected.get(word, sizeClass), alike.get(word, sizeClass));
        }
        long slot = fixture.region.area(slab, sizeClass);
        assertEquals(expected.classOf(slot), alike.classOf(slot));
      }
    }
  }

  @Test
  void aDigestTellsOfEveryWordThatAnOwnerMovesItsSlotsBy() {
    StashLayout layout = StashLayout.of(new RegionLayout(0, 44));
    OwnedSlab slab = OwnedSlab.of(RegionLayout.SLABS - 1, layout);
    for (int sizeClass = SizeClass.SMALLEST; layout.isOwned(sizeClass); sizeClass++) {
      for (int word :
          new int[] {OwnedSlab.TOP, OwnedSlab.RUN, OwnedSlab.STACK, OwnedSlab.RETURNED}) {
        int before = slab.digest();
        slab.set(word, sizeClass, slab.get(word, sizeClass) + Long.BYTES);
        assertNotEquals(before, slab.digest(), "word " + word + " of class " + sizeClass);
      }
    }
  }

  @Test
  void whoeverHasNoSizeOfItsOwnTakesNothing() {
    fixture.allocate(CLASS);
    for (long byteSize : new long[] {0, -1, Long.MIN_VALUE, (1L << 31) + 1, Long.MAX_VALUE}) {
      assertEquals(OwnedHeap.NONE, heap.tryTake(byteSize));
      assertEquals(OwnedHeap.NONE, heap.tryTakeZeroed(byteSize, 8));
      assertEquals(OwnedHeap.NONE, heap.tryTakeAtHand(byteSize));
      assertEquals(OwnedHeap.NONE, heap.tryTakeShared(byteSize));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 7})
  void whatIsClearedIsNoneOfTheNeighbours(int sizeClass) {
    int slotBytes = 1 << sizeClass;
    List<Long> slots = fixture.allocate(sizeClass, 3);
    for (int byteSize = 0; byteSize <= slotBytes; byteSize++) {
      slots.forEach(p -> RawMemory.segment(p, slotBytes).fill((byte) 7));
      assertTrue(heap.tryFree(slots.get(1)));
      assertEquals(slots.get(1), heap.tryTakeZeroed(slotBytes, byteSize));
      for (int i = 0; i < 3 * slotBytes; i++) {
        byte found = RawMemory.segment(slots.get(0) + i, 1).get(JAVA_BYTE, 0);
        boolean isCleared = i >= slotBytes && i < slotBytes + byteSize;
        boolean isNeighbour = i < slotBytes || i >= 2 * slotBytes;
        assertTrue(isCleared ? found == 0 : !isNeighbour || found == 7, byteSize + " at " + i);
      }
    }
  }

  @Test
  void aSlotFreedByItsOwnerIsTakenAgain() {
    long p = fixture.allocate(CLASS);
    assertTrue(heap.tryFree(p));
    assertEquals(p, heap.tryTake(1 << CLASS));
    assertEquals(OwnedHeap.NONE, heap.tryTake(1 << CLASS));
  }

  @Test
  void aDoubleFreeOfTheSlotFreedLastIsRefused() {
    long p = fixture.allocate(CLASS);
    assertTrue(heap.tryFree(p));
    assertThrows(IllegalStateException.class, () -> heap.tryFree(p));
  }

  @Test
  void whatIsNoSlotOfTheOwnSlabBelowTheRunIsLeftAlone() {
    List<Long> own = fixture.allocate(CLASS, 3);
    long others = fixture.inVirtualThread(() -> fixture.allocate(CLASS));
    long regionBytes = fixture.region.byteSize();
    List<Long> wrong =
        List.of(
            0L,
            1L,
            -1L,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            own.getFirst() + 4,
            own.getLast() + (1 << CLASS),
            own.getFirst() + regionBytes,
            own.getFirst() - regionBytes,
            fixture.region.area(fixture.ownSlab(), CLASS + 1),
            fixture.region.area(fixture.ownSlab(), 1),
            fixture.region.area(fixture.ownSlab(), 31),
            fixture.region.area(fixture.ownSlab() - 1, CLASS),
            others);
    for (long address : wrong) {
      assertFalse(heap.tryFree(address), () -> Long.toHexString(address));
    }
    assertEquals(OwnedHeap.NONE, heap.tryTake(1 << CLASS));
    assertFalse(fixture.inVirtualThread(() -> heap.tryFree(own.getFirst())));
    assertFalse(fixture.inOtherThread(() -> heap.tryFree(own.getFirst())));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, 1 << 20, 1L << 31, 1L << 40, Long.MAX_VALUE})
  void aSizeThatNoSlotAtHandHasFindsNothing(long byteSize) {
    heap.free(fixture.allocate(CLASS));
    assertEquals(OwnedHeap.NONE, heap.tryTake(byteSize));
  }

  @Test
  void afterTheReleaseNothingIsTakenOrPut() {
    OwnedFixture closed = OwnedFixture.small();
    long p = closed.allocate(CLASS);
    long q = closed.allocate(CLASS);
    assertTrue(closed.heap.tryFree(p));
    closed.heap.release();
    assertEquals(OwnedHeap.NONE, closed.heap.tryTake(1 << CLASS));
    assertFalse(closed.heap.tryFree(q));
  }
}
