package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.internal.raw.RawMemory;

/** What realloc does with slots at hand, and what it leaves to its longer way. */
class OwnedHeapResizeTest {
  private static final int CLASS = 6;
  private static final int LARGER = 8;

  private final OwnedFixture fixture = OwnedFixture.small();
  private final OwnedHeap heap = fixture.heap;

  @AfterEach
  void release() {
    fixture.close();
  }

  /** Frees a slot of a class, so that the magazine has one; returns it. */
  private long atHand(int sizeClass) {
    long address = fixture.allocate(sizeClass);
    heap.free(address);
    return address;
  }

  @Test
  void whatFitsStays() {
    long p = fixture.allocate(CLASS);
    for (long byteSize : new long[] {1, 33, 64}) {
      assertEquals(p, heap.tryResize(p, byteSize));
    }
  }

  @Test
  void whatWastesMostOfItsSlotIsLeft() {
    try (OwnedFixture larger = new OwnedFixture(32, MemoryLimit.UNLIMITED)) {
      long p = larger.allocate(12);
      assertEquals(p, larger.heap.tryResize(p, 2048));
      assertEquals(OwnedHeap.NONE, larger.heap.tryResize(p, 1024));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7})
  void aShortBlockMovesWithAllItsWordsToTheSlotFreedLast(int heldClass) {
    long target = atHand(LARGER);
    long p = fixture.allocate(heldClass);
    long words = (1L << heldClass) / Long.BYTES;
    for (long i = 0; i < words; i++) {
      RawMemory.storePlain(p + i * Long.BYTES, 1 + i);
    }
    long stashed = fixture.stashed(heldClass);
    assertEquals(target, heap.tryResize(p, 1 << LARGER));
    for (long i = 0; i < words; i++) {
      assertEquals(1 + i, RawMemory.loadPlain(target + i * Long.BYTES));
    }
    assertEquals(stashed + 1, fixture.stashed(heldClass));
    assertEquals(p, heap.tryTake(1L << heldClass));
    assertEquals(OwnedHeap.NONE, heap.tryTake(1 << LARGER));
    heap.free(p);
    fixture.checkAtRest(List.of(target));
  }

  @Test
  void withoutASlotAtHandNothingIsDone() {
    long p = fixture.allocate(CLASS);
    long stashed = fixture.stashed(CLASS);
    assertEquals(OwnedHeap.NONE, heap.tryResize(p, 1 << LARGER));
    assertEquals(stashed, fixture.stashed(CLASS));
    fixture.checkAtRest(List.of(p));
  }

  @Test
  void withAFullMagazineNothingIsDone() {
    int slots = fixture.layout.magazineSlots(CLASS);
    List<Long> blocks = fixture.allocate(CLASS, slots + 1);
    long p = blocks.getLast();
    blocks.subList(0, slots).forEach(heap::free);
    long target = atHand(LARGER);
    assertEquals(OwnedHeap.NONE, heap.tryResize(p, 1 << LARGER));
    assertEquals(target, heap.tryTake(1 << LARGER));
    fixture.checkAtRest(List.of(p, target));
  }

  @Test
  void aBlockThatWasFreedLastIsRefusedAndNothingIsTaken() {
    long target = atHand(LARGER);
    long p = atHand(CLASS);
    assertThrows(IllegalStateException.class, () -> heap.tryResize(p, 1 << LARGER));
    assertEquals(target, heap.tryTake(1 << LARGER));
    assertEquals(p, heap.tryTake(1 << CLASS));
    fixture.checkAtRest(List.of(p, target));
  }

  @Test
  void longerBlocksAndTheSmallestAreLeft() {
    atHand(9);
    atHand(CLASS);
    long longer = fixture.allocate(8);
    long smallest = fixture.allocate(2);
    assertEquals(OwnedHeap.NONE, heap.tryResize(longer, 512));
    assertEquals(OwnedHeap.NONE, heap.tryResize(smallest, 64));
    assertEquals(OwnedHeap.NONE, heap.tryGrow(longer, 512));
    assertEquals(OwnedHeap.NONE, heap.tryGrow(smallest, 64));
  }

  @Test
  void whatIsNoBlockOfTheOwnSlabIsLeft() {
    atHand(LARGER);
    long p = fixture.allocate(CLASS);
    long others = fixture.inVirtualThread(() -> fixture.allocate(CLASS));
    for (long wrong : new long[] {0, 1, -1, p + 8, p + (1 << CLASS) * 100L, others}) {
      assertEquals(OwnedHeap.NONE, heap.tryResize(wrong, 8));
      assertEquals(OwnedHeap.NONE, heap.tryResize(wrong, 1 << LARGER));
      assertEquals(OwnedHeap.NONE, heap.tryGrow(wrong, 1 << LARGER));
    }
    assertEquals(OwnedHeap.NONE, fixture.inOtherThread(() -> heap.tryGrow(p, 1 << LARGER)));
    assertEquals(OwnedHeap.NONE, fixture.inOtherThread(() -> heap.tryResize(p, 8)));
    assertNotEquals(OwnedHeap.NONE, heap.tryTake(1 << LARGER));
  }

  @Test
  void whoDoesNotFindTheSlabAnyMoreDoesNothing() {
    atHand(LARGER);
    long p = fixture.allocate(CLASS);
    heap.forgetThreads();
    assertEquals(OwnedHeap.NONE, heap.tryResize(p, 8));
    assertEquals(OwnedHeap.NONE, heap.tryResize(p, 1 << LARGER));
    assertEquals(OwnedHeap.NONE, heap.tryGrow(p, 1 << LARGER));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, 1L << 31, 1L << 40, Long.MAX_VALUE})
  void aSizeThatNoSlotAtHandHasIsLeft(long byteSize) {
    long p = fixture.allocate(CLASS);
    assertEquals(OwnedHeap.NONE, heap.tryResize(p, byteSize));
    assertEquals(OwnedHeap.NONE, heap.tryGrow(p, byteSize));
  }

  private void fill(long address, int sizeClass) {
    for (long offset = 0; offset < 1L << sizeClass; offset += Long.BYTES) {
      RawMemory.storePlain(address + offset, 1 + offset);
    }
  }

  private void assertFilled(long address, int sizeClass) {
    for (long offset = 0; offset < 1L << sizeClass; offset += Long.BYTES) {
      assertEquals(1 + offset, RawMemory.loadPlain(address + offset));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7})
  void aShortBlockGrowsWithAllItsWordsToASlotOfTheRun(int heldClass) {
    long first = fixture.allocate(LARGER);
    long p = fixture.allocate(heldClass);
    fill(p, heldClass);
    long target = heap.tryGrow(p, 1 << LARGER);
    assertEquals(first + (1 << LARGER), target);
    assertFilled(target, heldClass);
    assertEquals(p, heap.tryTake(1L << heldClass));
    fixture.checkAtRest(List.of(first, p, target));
  }

  @Test
  void aShortBlockGrowsToASlotThatTheMagazineHadNoRoomFor() {
    List<Long> freed = fixture.allocate(LARGER, 2 * fixture.layout.magazineSlots(LARGER));
    long p = fixture.allocate(CLASS);
    freed.forEach(heap::free);
    while (heap.tryTake(1 << LARGER) != OwnedHeap.NONE) {}
    fill(p, CLASS);
    long target = heap.tryGrow(p, 1 << LARGER);
    assertTrue(freed.contains(target));
    assertFilled(target, CLASS);
  }

  @Test
  void whereNothingIsHeldABlockDoesNotGrow() {
    long p = fixture.allocate(CLASS);
    assertEquals(OwnedHeap.NONE, heap.tryGrow(p, 1 << LARGER));
    fixture.checkAtRest(List.of(p));
  }

  @Test
  void whatDoesNotGrowStaysWhereItIs() {
    long p = fixture.allocate(CLASS);
    atHand(CLASS - 2);
    atHand(CLASS);
    assertEquals(OwnedHeap.NONE, heap.tryGrow(p, 1 << (CLASS - 2)));
    assertEquals(OwnedHeap.NONE, heap.tryGrow(p, 1 << CLASS));
    fixture.checkAtRest(List.of(p));
  }

  @Test
  void aBlockThatGrowsIsFreedBesideAFullMagazine() {
    List<Long> blocks = fixture.allocate(CLASS, fixture.layout.magazineSlots(CLASS) + 1);
    long p = blocks.removeLast();
    long first = fixture.allocate(LARGER);
    blocks.forEach(heap::free);
    long target = heap.tryGrow(p, 1 << LARGER);
    assertEquals(first + (1 << LARGER), target);
    fixture.checkAtRest(List.of(first, target));
  }

  @Test
  void aBlockThatWasFreedLastDoesNotGrowAndNothingIsLost() {
    long first = fixture.allocate(LARGER);
    long p = atHand(CLASS);
    assertThrows(IllegalStateException.class, () -> heap.tryGrow(p, 1 << LARGER));
    fixture.checkAtRest(List.of(first));
    assertEquals(p, heap.tryTake(1 << CLASS));
  }
}
