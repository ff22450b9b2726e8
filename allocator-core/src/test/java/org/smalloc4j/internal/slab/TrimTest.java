package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.raw.RawMemory;

class TrimTest {
  private static final long OS_PAGE = HeapFixture.OS.osPageBytes();

  private final HeapFixture fixture = HeapFixture.small();

  @AfterEach
  void release() {
    fixture.close();
  }

  private void dirty(long address, int sizeClass) {
    RawMemory.segment(address, 1L << sizeClass).fill((byte) 0x5A);
  }

  private List<Long> dirtySlots(int sizeClass, int count) {
    List<Long> slots = fixture.allocate(sizeClass, count);
    slots.forEach(slot -> dirty(slot, sizeClass));
    return slots;
  }

  @Test
  void anAreaWhoseSlotsAreAllFreeGoesBackWholeAndIsZeroAgain() {
    List<Long> slots = dirtySlots(6, 1000); // 64,000 bytes: 15 OS pages and a part of one
    slots.forEach(fixture.heap::free);
    assertEquals(64_000 / OS_PAGE * OS_PAGE, new Trim(fixture.whole).trim());
    assertEquals(0, fixture.words.frontier(0, 6));
    InvariantWalk.check(fixture.heap, List.of());
    for (int i = 0; i < 1000; i++) {
      long allocated = fixture.heap.allocate(6);
      assertTrue(SlabHeap.isZero(allocated));
      MemorySegment slot = RawMemory.segment(SlabHeap.address(allocated), 64);
      assertEquals(-1, slot.mismatch(MemorySegment.ofArray(new byte[64])));
    }
  }

  @Test
  void aSlotBeyondThoseTrimmedKeepsItsContents() {
    List<Long> slots = dirtySlots(6, 1000);
    long kept = slots.removeLast();
    slots.forEach(fixture.heap::free);
    assertEquals(63_936 / OS_PAGE * OS_PAGE, new Trim(fixture.whole).trim());
    assertEquals(0x5A5A5A5AL, RawMemory.segment(kept, 64).get(ValueLayout.JAVA_INT, 60));
    InvariantWalk.check(fixture.heap, List.of(kept));
  }

  @Test
  void freedSlotsOfSeveralOsPagesKeepNone() {
    List<Long> slots = new ArrayList<>(dirtySlots(15, 3));
    long kept = slots.remove(1);
    slots.forEach(fixture.heap::free);
    assertEquals(2 << 15, new Trim(fixture.whole).trim());
    assertEquals(0, new Trim(fixture.whole).trim());
    assertEquals(0x5A5A5A5AL, RawMemory.segment(kept, 1 << 15).get(ValueLayout.JAVA_INT, 8192));
    InvariantWalk.check(fixture.heap, List.of(kept));
  }

  @Test
  void aHeapWithoutFreedSlotsHasNothingToGive() {
    List<Long> slots = dirtySlots(15, 3);
    assertEquals(0, new Trim(fixture.whole).trim());
    InvariantWalk.check(fixture.heap, slots);
  }

  @Test
  void theLimitGetsBackWhatIsTrimmed() {
    try (HeapFixture limited = new HeapFixture(28, 4096, 1)) {
      long slot = limited.allocate(12);
      assertEquals(SlabHeap.NONE, limited.heap.allocate(6));
      limited.heap.free(slot);
      new Trim(limited.whole).trim();
      assertEquals(64, limited.allocate(6, 64).stream().distinct().count());
    }
  }

  @Test
  void anOverwrittenLinkEndsTheTrimAndLosesOnlyTheSlotsBehindIt() {
    List<Long> slots = dirtySlots(6, 3);
    slots.forEach(fixture.heap::free);
    fixture.setLink(slots.get(1), 0x5A5A5A5A);
    var e = assertThrows(IllegalStateException.class, () -> new Trim(fixture.whole).trim());
    assertTrue(e.getMessage().endsWith("its link is 0x5a5a5a5a"), e.getMessage());
    assertEquals(1, fixture.words.counts().lost(6));
    InvariantWalk.check(fixture.heap, List.of());
  }
}
