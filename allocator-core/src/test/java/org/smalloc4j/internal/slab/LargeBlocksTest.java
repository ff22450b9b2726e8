package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.raw.RawMemory;

class LargeBlocksTest {
  private static final int CLASS = 24; // 16 MiB
  private static final long SLOT = 1L << CLASS;

  private final OwnedFixture fixture = new OwnedFixture(40, MemoryLimit.UNLIMITED);
  private final OwnedHeap heap = fixture.heap;
  private final LargeBlocks large = heap.large();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void freedSlotsAreWarmUpToTheBoundAndColdBeyond() {
    List<Long> slots = fixture.allocate(CLASS, 6);
    for (int i = 0; i < 6; i++) {
      touch(slots.get(i));
      heap.free(slots.get(i));
      assertEquals(Math.min(i + 1, 4) * SLOT, large.warmBytes());
    }
    assertTrue(SlabHeap.isZero(heap.allocate(CLASS)), "the last one freed is cold");
    assertEquals(0, RawMemory.loadPlain(slots.get(5)));
    assertEquals(0, RawMemory.loadPlain(slots.get(5) + SLOT - 8));
    assertTrue(SlabHeap.isZero(heap.allocate(CLASS)), "the one before too");
    assertFalse(SlabHeap.isZero(heap.allocate(CLASS)), "the others are warm");
    assertEquals(3 * SLOT, large.warmBytes());
    heap.free(slots.get(3));
    assertEquals(4 * SLOT, large.warmBytes());
  }

  @Test
  void ofALargeSlotCountsWhatWasTouchedAndLittleIsGivenBack() {
    int tables = 26; // 64 MiB
    long slot = fixture.allocate(tables);
    touch(slot);
    heap.free(slot);
    assertEquals(SLOT, large.warmBytes());
    assertEquals(slot, heap.allocate(tables), "it stayed warm");
    assertEquals(0, large.warmBytes());
    large.dropTail(slot, SLOT / 4, tables);
    heap.free(slot);
    assertEquals(0, large.warmBytes());
    assertTrue(SlabHeap.isZero(heap.allocate(tables)), "it was given back");
    assertEquals(0, RawMemory.loadPlain(slot + 8192));
  }

  /** Writes to each OS page of the first 16 MiB. */
  private static void touch(long slot) {
    touch(slot, SLOT);
  }

  private static void touch(long slot, long byteSize) {
    for (long offset = 0; offset < byteSize; offset += 4096) {
      RawMemory.storePlain(slot + offset + 4088, 1);
    }
  }

  @Test
  void slotsOfWhichLittleWasTouchedStayWarmByTheHundred() {
    List<Long> slots = fixture.allocate(20, 256);
    slots.forEach(slot -> RawMemory.storePlain(slot, 1));
    slots.forEach(heap::free);
    assertEquals(256 * (1 << 20) / 64, large.warmBytes());
    for (int i = 0; i < 256; i++) {
      assertFalse(SlabHeap.isZero(heap.allocate(20)), "none is cold");
    }
    assertEquals(0, large.warmBytes());
  }

  @Test
  void whatWasTouchedIsLookedAtAgainBefore64MebibytesMoreAreFree() {
    long slotBytes = 1 << 22;
    List<Long> slots = fixture.allocate(22, 48);
    heap.free(slots.get(0));
    assertEquals(slotBytes / 64, large.warmBytes(), "nothing was touched");
    int free = 1;
    while (large.warmBytes() < slotBytes) {
      touch(slots.get(free), slotBytes);
      heap.free(slots.get(free++));
    }
    assertTrue(free <= 33, free + " slots were free before one of them was looked at");
    for (; free < 48; free++) {
      touch(slots.get(free), slotBytes);
      heap.free(slots.get(free));
    }
    assertTrue(large.warmBytes() <= LargeBlocks.MOST_WARM, "what is looked at once counts at once");
  }

  @Test
  void betweenSmallAndTablesAllOfASlotCounts() {
    heap.free(fixture.allocate(23));
    heap.free(fixture.allocate(25));
    assertEquals((1 << 23) + (1 << 25), large.warmBytes());
  }

  @Test
  void ofATableThatStaysCountsWhatIsBackedFromItsBeginning() {
    Resizing resizing = new Resizing(heap);
    long table = SlabHeap.address(resizing.allocateGrown(14, 15, 1 << 15));
    assertEquals(LargeBlocks.STAYING, fixture.region.classOf(table));
    touch(table, 100 << 10);
    heap.free(table);
    assertEquals(256 << 10, large.warmBytes());
    assertFalse(resizing.keepsSlot(table, LargeBlocks.STAYING, 14), "it is no table any more");
  }

  @Test
  void aTablesSlotThatIsGivenUpMakesRoomForAnother() {
    Resizing resizing = new Resizing(heap);
    for (int i = 0; i < 2 * LargeBlocks.MOST_STAYING; i++) {
      long table = SlabHeap.address(resizing.allocateGrown(14, 15, 1 << 15));
      assertEquals(LargeBlocks.STAYING, fixture.region.classOf(table));
      assertTrue(resizing.keepsSlot(table, LargeBlocks.STAYING, 14));
      heap.giveUp(table);
    }
  }

  @Test
  void aTrimLeavesNoneWarm() {
    List<Long> slots = fixture.allocate(CLASS, 5);
    slots.forEach(LargeBlocksTest::touch);
    slots.subList(1, 5).forEach(heap::free);
    slots.forEach(slot -> RawMemory.storePlain(slot + 8192, 1));
    new Trim(heap).trim();
    assertEquals(0, large.warmBytes());
    long again = heap.allocate(CLASS);
    assertTrue(slots.contains(SlabHeap.address(again)));
    assertTrue(SlabHeap.isZero(again));
    assertEquals(0, RawMemory.loadPlain(SlabHeap.address(again) + 8192));
    touch(SlabHeap.address(again));
    heap.free(slots.get(0));
    heap.free(SlabHeap.address(again));
    assertEquals(2 * SLOT, large.warmBytes());
    new Trim(heap).trim();
    assertEquals(0, large.warmBytes());
    assertEquals(0, Census.of(heap).takenBytes());
  }

  @Test
  void aSlotThatIsGivenUpCountsAsFreed() {
    long slot = fixture.allocate(CLASS);
    heap.giveUp(slot);
    assertEquals(SLOT, large.warmBytes());
    assertEquals(slot, fixture.allocate(CLASS));
    assertEquals(0, large.warmBytes());
  }

  @Test
  void aRefusedFreeCountsNothing() {
    long slot = fixture.allocate(CLASS);
    heap.free(slot);
    long before = large.warmBytes();
    for (long wrong : new long[] {slot, slot + 8, slot + SLOT}) {
      try {
        heap.free(wrong);
      } catch (IllegalStateException | IllegalArgumentException refused) {
        assertEquals(before, large.warmBytes());
        continue;
      }
      throw new AssertionError("not refused");
    }
  }

  @Test
  void aMarkThatWasOverwrittenAfterTheFreeMakesNothingZero() {
    long slot = fixture.allocate(CLASS);
    RawMemory.storePlain(slot + 4096, 5);
    heap.free(slot);
    RawMemory.storePlain(slot + 8, 0x1234);
    assertEquals(slot, heap.allocate(CLASS));
    assertEquals(5, RawMemory.loadPlain(slot + 4096));
  }

  @Test
  void smallerSlotsAreNotCounted() {
    heap.free(fixture.allocate(19));
    assertEquals(0, large.warmBytes());
    heap.free(fixture.allocate(20));
    assertEquals((1 << 20) / 64, large.warmBytes());
  }

  @Test
  void growersTakeNoMoreThanAQuarterOfTheirSlots() {
    Resizing resizing = new Resizing(heap);
    for (int slab = 0; slab < 16; slab++) {
      long grown = SlabHeap.address(resizing.allocateGrown(20, 21, (1 << 20) + 1));
      assertEquals(22, fixture.region.classOf(grown), "with " + slab + " slabs used up");
      long frontier = fixture.words.frontier(slab, 22);
      fixture.words.casFrontier(slab, 22, frontier, fixture.region.slots(22));
    }
    long grown = SlabHeap.address(resizing.allocateGrown(20, 21, (1 << 20) + 1));
    assertEquals(21, fixture.region.classOf(grown));
  }
}
