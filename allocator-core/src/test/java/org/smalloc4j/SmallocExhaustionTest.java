package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.internal.slab.InvariantWalk;

/** A full slab fails over to the other slabs, a full class to the next one, a full heap fails. */
@ExtendWith(OutOfMemoryFails.class)
class SmallocExhaustionTest {
  private final Smalloc heap = SmallHeap.open();

  @AfterEach
  void close() {
    heap.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 14, 15})
  void theOwnSlabIsFilledBeforeAnyOther(int sizeClass) {
    long first = heap.malloc(1L << sizeClass);
    for (int slot = 1; slot < SmallHeap.slots(sizeClass); slot++) {
      long p = heap.malloc(1L << sizeClass);
      assertEquals(SmallHeap.slabOf(first), SmallHeap.slabOf(p), "slab of slot " + slot);
      assertEquals(sizeClass, SmallHeap.classOf(p));
    }
    long beyond = heap.malloc(1L << sizeClass);
    assertNotEquals(SmallHeap.slabOf(first), SmallHeap.slabOf(beyond));
    assertEquals(sizeClass, SmallHeap.classOf(beyond));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 14, 15})
  void allSlabsOfTheClassAreFilledBeforeTheNextClass(int sizeClass) {
    List<Long> live = SmallHeap.drain(heap, sizeClass);
    int next = 0;
    for (int served = sizeClass; served <= SmallHeap.LARGEST_CLASS; served++) {
      Set<Integer> slabs = new HashSet<>();
      for (int i = 0; i < SmallHeap.SLABS * SmallHeap.slots(served); i++) {
        long p = live.get(next++);
        assertEquals(served, SmallHeap.classOf(p), "class of block " + next);
        slabs.add(SmallHeap.slabOf(p));
      }
      assertEquals(SmallHeap.SLABS, slabs.size());
    }
    assertEquals(next, live.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 14, 15})
  void everythingIsServedExactlyOnce(int sizeClass) {
    List<Long> live = SmallHeap.drain(heap, sizeClass);
    assertEquals(SmallHeap.capacity(sizeClass), live.size());
    assertEquals(live.size(), new HashSet<>(live).size());
    InvariantWalk.check(heap.heap(), live);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 15})
  void aHeapRecoversInFullTwice(int sizeClass) {
    for (int use = 1; use <= 3; use++) {
      List<Long> live = SmallHeap.drain(heap, sizeClass);
      assertEquals(SmallHeap.capacity(sizeClass), live.size(), "blocks at use " + use);
      Collections.shuffle(live, new Random(60 + use));
      live.forEach(heap::free);
      assertEquals(0, heap.stats().liveBlocks());
      InvariantWalk.check(heap.heap(), List.of());
    }
  }

  @Test
  void aHeapRecoversInFullThroughTrim() {
    for (int use = 1; use <= 3; use++) {
      List<Long> live = SmallHeap.drain(heap, 8);
      assertEquals(SmallHeap.capacity(8), live.size(), "blocks at use " + use);
      live.forEach(heap::free);
      heap.trim();
      assertEquals(0, heap.stats().takenBytes());
    }
  }

  @Test
  void smallerClassesGoOnWhenLargerOnesAreFull() {
    SmallHeap.drain(heap, 12);
    List<Long> small = new ArrayList<>();
    for (int i = 0; i < SmallHeap.SLABS * SmallHeap.slots(11); i++) {
      small.add(heap.malloc(2048));
      assertEquals(11, SmallHeap.classOf(small.getLast()));
    }
    assertEquals(Allocator.NULL, heap.tryMalloc(2048, 1));
  }

  @Test
  void aBlockOfALargerSlotIsUsableInFullAndFreedToItsClass() {
    List<Long> live = SmallHeap.drain(heap, 14);
    long larger = live.getLast();
    assertEquals(1L << 15, heap.usableSize(larger));
    heap.free(larger);
    assertEquals(larger, heap.malloc(1L << 15));
  }

  @Test
  void theErrorSaysWhatWasAskedWhatIsFullAndWhatToChange() {
    SmallHeap.drain(heap, 12);
    OutOfMemoryError error =
        assertRefused(
            OutOfMemoryError.class,
            () -> heap.malloc(3000, 16),
            "heap 'small'",
            "3000 bytes at alignment 16",
            "size class of 4096 bytes",
            "full",
            "regionBits",
            "28");
    assertTrue(error.getMessage().contains("larger regionBits"), error.getMessage());
    assertEquals(Allocator.NULL, heap.tryMalloc(3000, 16));
  }

  @ParameterizedTest
  @ValueSource(longs = {32_769, 65_536, 1L << 31})
  void aBlockLargerThanTheLargestSlotNamesRegionBits(long byteSize) {
    assertRefused(
        OutOfMemoryError.class,
        () -> heap.malloc(byteSize),
        byteSize,
        "largest slot of this heap is 32768 bytes",
        "regionBits");
    assertRefused(OutOfMemoryError.class, () -> heap.malloc(1, Long.highestOneBit(byteSize) << 1));
    assertEquals(Allocator.NULL, heap.tryMalloc(byteSize, 1));
  }

  @Test
  void theRegionBitsThatTheErrorAsksForAreEnough() {
    assertRefused(OutOfMemoryError.class, () -> heap.malloc(1L << 20), "needed 33 or more");
    try (Smalloc larger = Smalloc.builder().regionBits(33).build()) {
      assertNotEquals(Allocator.NULL, larger.tryMalloc(1L << 20, 1));
    }
    try (Smalloc smaller = Smalloc.builder().regionBits(32).build()) {
      assertEquals(Allocator.NULL, smaller.tryMalloc(1L << 20, 1));
    }
  }

  @Test
  void sixteenThreadsDrainEveryClassTogether() throws InterruptedException {
    for (int use = 1; use <= 3; use++) {
      List<List<Long>> shares = Collections.synchronizedList(new ArrayList<>());
      new Crowd(61).run(16, Crowd.MIXED, (_, _) -> shares.add(SmallHeap.drain(heap, 9)));
      Set<Long> distinct = new HashSet<>();
      shares.forEach(distinct::addAll);
      assertEquals(SmallHeap.capacity(9), shares.stream().mapToInt(List::size).sum());
      assertEquals(SmallHeap.capacity(9), distinct.size(), "distinct addresses");
      InvariantWalk.check(heap.heap(), distinct);
      new Crowd(62).run(16, Crowd.PLATFORM, (i, _) -> shares.get(i).forEach(heap::free));
      assertEquals(0, heap.stats().liveBlocks());
    }
  }
}
