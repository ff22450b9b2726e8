package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.raw.RawMemory;

class AnnexTest {
  private static final int REGION_BITS = 29; // 64 slabs with areas of 128 KiB, 16 of 16 MiB
  private static final int LARGEST = 24;
  private static final int SLABS = 16;

  private final OwnedHeap heap = heap(MemoryLimit.UNLIMITED);
  private final Annex annex = assertNotNullAnd(heap.shared().annex());

  @AfterEach
  void release() {
    heap.release();
  }

  private static OwnedHeap heap(long maxBytes) {
    try {
      Region region = Region.reserveWithAnnex(HeapFixture.OS, REGION_BITS);
      return OwnedHeap.in(region, new MemoryLimit(maxBytes), 2, true);
    } catch (OsException e) {
      throw new AssertionError(e);
    }
  }

  private static Annex assertNotNullAnd(Annex annex) {
    assertNotNull(annex);
    return annex;
  }

  private long allocate(int sizeClass) {
    return SlabHeap.address(heap.allocate(sizeClass));
  }

  private List<Long> drain(int sizeClass) {
    List<Long> live = new ArrayList<>();
    for (long p = allocate(sizeClass); p != OwnedHeap.NONE; p = allocate(sizeClass)) {
      live.add(p);
    }
    return live;
  }

  @Test
  void slotsOfEachClassAreAlignedAndTellTheirClass() {
    for (int sizeClass = 16; sizeClass <= LARGEST; sizeClass++) {
      long slot = allocate(sizeClass);
      assertTrue(annex.contains(slot));
      assertEquals(0, slot & ((1L << sizeClass) - 1));
      assertEquals(sizeClass, heap.checkedClass(slot));
      assertFalse(heap.handedOut(slot + (1L << sizeClass)), "the next slot");
      assertThrows(IllegalArgumentException.class, () -> heap.free(slot + 8));
    }
    assertEquals(OwnedHeap.NONE, heap.allocate(LARGEST + 1));
  }

  @Test
  void aFullClassGoesOnHereBeforeLargerSlotsAreUsed() {
    int sizeClass = 14; // 8 slots in each of 64 slabs, then 1,024 in each slab here
    for (int i = 0; i < 64 * 8; i++) {
      assertFalse(annex.contains(allocate(sizeClass)), "slot " + i);
    }
    for (int i = 0; i < SLABS * 1024; i++) {
      long slot = allocate(sizeClass);
      assertTrue(annex.contains(slot), "slot " + i);
      assertEquals(sizeClass, heap.checkedClass(slot));
    }
    assertEquals(sizeClass + 1, heap.checkedClass(allocate(sizeClass)));
  }

  @Test
  void everythingIsServedOnceAndAgainAfterItWasFreed() {
    for (int use = 1; use <= 3; use++) {
      List<Long> live = drain(20);
      assertEquals(SLABS * 16, live.size());
      InvariantWalk.check(heap, live);
      assertEquals(live.size(), live.stream().distinct().count());
      assertEquals(live.size(), Census.of(heap).live(20));
      live.forEach(heap::free);
      InvariantWalk.check(heap, List.of());
      assertEquals(0, Census.of(heap).live(20));
      if (use == 2) {
        new Trim(heap).trim();
        InvariantWalk.check(heap, List.of());
        assertEquals(0, Census.of(heap).takenBytes());
      }
    }
  }

  @Test
  void aSlabKeepsItsClassWhenItIsEmpty() {
    long slot = allocate(LARGEST);
    heap.free(slot);
    new Trim(heap).trim();
    assertNotEquals(slot, allocate(LARGEST - 1));
    assertEquals(slot, allocate(LARGEST));
  }

  @Test
  void aTrimmedSlotIsGivenBackAndZero() {
    long slot = allocate(LARGEST);
    RawMemory.storePlain(slot + 12345, 1);
    heap.free(slot);
    assertEquals(2L * HeapFixture.OS.osPageBytes(), new Trim(heap).trim());
    assertTrue(SlabHeap.isZero(heap.allocate(LARGEST)));
    assertEquals(0, RawMemory.loadPlain(slot + 12345));
  }

  @Test
  void aLimitThatRefusesGivesNoSlabAway() {
    OwnedHeap limited = heap(1 << 20);
    try {
      assertEquals(OwnedHeap.NONE, limited.allocate(21));
      Annex untouched = assertNotNullAnd(limited.shared().annex());
      for (int slab = 0; slab < SLABS; slab++) {
        assertEquals(0, untouched.classOf(slab));
      }
      assertNotEquals(OwnedHeap.NONE, limited.allocate(20));
    } finally {
      limited.release();
    }
  }

  @Test
  void classesThatMeetAtASlabDoNotShareIt() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      OwnedHeap fresh = heap(MemoryLimit.UNLIMITED);
      Set<Long> slots = ConcurrentHashMap.newKeySet();
      CyclicBarrier barrier = new CyclicBarrier(4);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int sizeClass = LARGEST - i;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      await(barrier);
                      slots.add(SlabHeap.address(fresh.allocate(sizeClass)));
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(4, slots.size());
      InvariantWalk.check(fresh, slots);
      fresh.release();
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
