package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.RawMemory;

/** OS pages that go back while neighbours live, and the slots that were on them. */
class PurgeTest {
  private static final long OS_PAGE = HeapFixture.OS.osPageBytes();
  private static final int AREA_BYTES = 1 << 17; // of the smallest region

  private final HeapFixture fixture = HeapFixture.small();

  @AfterEach
  void release() {
    fixture.close();
  }

  /** Allocates slots of the first slab, and writes all of each. */
  private List<Long> fill(int sizeClass, int count) {
    List<Long> slots = fixture.allocate(sizeClass, count);
    slots.forEach(slot -> RawMemory.segment(slot, 1L << sizeClass).fill((byte) 0x5A));
    return slots;
  }

  private long trim() {
    return new Trim(fixture.whole).trim();
  }

  private void freeAtRandom(List<Long> slots) {
    List<Long> shuffled = new ArrayList<>(slots);
    Collections.shuffle(shuffled, new Random(slots.size()));
    shuffled.forEach(fixture.heap::free);
  }

  /** OS pages on which some bytes of the slots lie. */
  private static Set<Long> osPages(List<Long> slots, int sizeClass) {
    Set<Long> pages = new HashSet<>();
    for (long slot : slots) {
      for (long a = slot & -OS_PAGE; a < slot + (1L << sizeClass); a += OS_PAGE) {
        pages.add(a);
      }
    }
    return pages;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
  void onlyTheOsPagesOfLiveBlocksStay(int sizeClass) {
    List<Long> all = fill(sizeClass, AREA_BYTES >> sizeClass);
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < all.size(); i += Math.max(3, all.size() / 5)) {
      live.add(all.get(i));
    }
    List<Long> freed = new ArrayList<>(all);
    freed.removeAll(live);
    freeAtRandom(freed);
    long kept = osPages(live, sizeClass).size() * OS_PAGE;
    assertEquals(AREA_BYTES - kept, trim());
    InvariantWalk.check(fixture.heap, live);
    live.forEach(slot -> assertEquals(0x5A5A_5A5A, RawMemory.loadLinkPlain(slot), "a live block"));
    assertEquals(0, trim(), "nothing is left to give");
    takeAllAgain(sizeClass, freed, live);
  }

  private void takeAllAgain(int sizeClass, List<Long> freed, List<Long> live) {
    Set<Long> again = new HashSet<>();
    for (int i = 0; i < freed.size(); i++) {
      long allocated = fixture.heap.allocate(sizeClass);
      long slot = SlabHeap.address(allocated);
      if (SlabHeap.isZero(allocated)) {
        assertEquals(0, RawMemory.loadLinkPlain(slot), "a fresh slot");
      }
      RawMemory.segment(slot, 1L << sizeClass).fill((byte) 0x33);
      again.add(slot);
    }
    assertEquals(Set.copyOf(freed), again);
    List<Long> everything = new ArrayList<>(live);
    everything.addAll(again);
    InvariantWalk.check(fixture.heap, everything);
  }

  @Test
  void whatIsLeftOfAListIsInAddressOrder() {
    List<Long> all = fill(6, 640); // 10 OS pages
    List<Long> live = everyOsPageWith(all, 0);
    List<Long> freed = new ArrayList<>(all);
    freed.removeAll(live);
    freeAtRandom(freed);
    assertEquals(0, trim());
    assertEquals(freed, fixture.allocate(6, freed.size()));
  }

  private static List<Long> everyOsPageWith(List<Long> slots, long offset) {
    return slots.stream().filter(slot -> (slot & (OS_PAGE - 1)) == offset).toList();
  }

  @Test
  void theFrontierFallsToTheLastLiveBlock() {
    List<Long> all = fill(6, 1000);
    List<Long> live = List.of(all.get(70));
    freeAtRandom(all.stream().filter(slot -> !live.contains(slot)).toList());
    trim();
    assertEquals(2 * OS_PAGE / 64, fixture.words.frontier(0, 6));
    assertEquals(OS_PAGE / 64, fixture.words.sorted().purgedCount(0, 6));
    InvariantWalk.check(fixture.heap, live);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 6, 9, 12})
  void whatWasPurgedAndTakenAndFreedIsPurgedAgain(int sizeClass) {
    List<Long> all = fill(sizeClass, AREA_BYTES >> sizeClass);
    long last = all.getLast();
    freeAtRandom(all.subList(0, all.size() - 1));
    trim();
    List<Long> some = fill(sizeClass, all.size() / 3);
    assertTrue(all.containsAll(some), "purged slots are used before fresh ones");
    freeAtRandom(some);
    long pages = osPages(some, sizeClass).size();
    pages -= osPages(some, sizeClass).containsAll(osPages(List.of(last), sizeClass)) ? 1 : 0;
    assertEquals(pages * OS_PAGE, trim());
    InvariantWalk.check(fixture.heap, List.of(last));
    fixture.heap.free(last);
    trim();
    assertEquals(0, fixture.words.frontier(0, sizeClass));
    InvariantWalk.check(fixture.heap, List.of());
  }

  @Test
  void aListThatIsACycleIsLostAndTheNextOneIsNot() {
    List<Long> slots = fill(6, 130);
    slots.subList(0, 64).forEach(fixture.heap::free);
    fixture.setLink(slots.get(10), 21); // the slot after it in the list of its frees
    var e = assertThrows(IllegalStateException.class, this::trim);
    assertTrue(e.getMessage().contains("freed twice"), e.getMessage());
    assertEquals(64, fixture.words.counts().lost(6));
    slots.subList(64, 128).forEach(fixture.heap::free);
    assertEquals(OS_PAGE, trim());
    InvariantWalk.check(fixture.heap, slots.subList(128, 130));
  }

  @Test
  void aPurgedSlotThatIsFreedAgainIsFoundByTheNextTrim() {
    List<Long> slots = fill(6, 130);
    slots.subList(0, 64).forEach(fixture.heap::free);
    trim();
    fixture.heap.free(slots.get(5));
    var e = assertThrows(IllegalStateException.class, this::trim);
    assertTrue(e.getMessage().contains("double free of 0x" + Long.toHexString(slots.get(5))));
    InvariantWalk.check(fixture.heap, slots.subList(64, 130));
  }

  @Test
  void theLimitCountsWhatIsNotPurged() {
    try (HeapFixture limited = new HeapFixture(28, 16 * OS_PAGE, 1)) {
      int slots = (int) (16 * OS_PAGE / 64);
      List<Long> all = limited.allocate(6, slots);
      assertEquals(SlabHeap.NONE, limited.heap.allocate(12));
      all.subList(1, slots).forEach(limited.heap::free);
      new Trim(limited.whole).trim();
      List<Long> pages = limited.allocate(12, 15);
      assertTrue(pages.stream().noneMatch(page -> page == SlabHeap.NONE));
      assertEquals(SlabHeap.NONE, limited.heap.allocate(12));
      List<Long> rest = limited.allocate(6, (int) OS_PAGE / 64);
      assertEquals(SlabHeap.NONE, rest.getLast(), "one of them is live");
      assertEquals(1, rest.stream().filter(slot -> slot == SlabHeap.NONE).count());
    }
  }

  @Test
  void whatIsKeptIsUsedBeforeAnythingElse() {
    List<Long> all = fill(6, 640);
    List<Long> freed = everyOsPageWith(all, 128);
    freeAtRandom(freed);
    assertEquals(0, trim());
    assertEquals(freed.size(), fixture.words.sorted().keptCount(0, 6));
    assertEquals(freed, fixture.allocate(6, freed.size()));
    assertEquals(0, fixture.words.sorted().keptCount(0, 6));
    InvariantWalk.check(fixture.heap, all);
  }

  @Test
  void aKeptSlotThatIsFreedAgainIsFoundByTheNextTrim() {
    List<Long> slots = fill(6, 130);
    slots.subList(0, 10).forEach(fixture.heap::free);
    trim();
    fixture.heap.free(slots.get(5));
    var e = assertThrows(IllegalStateException.class, this::trim);
    assertTrue(e.getMessage().contains("double free of 0x" + Long.toHexString(slots.get(5))));
    InvariantWalk.check(fixture.heap, slots.subList(10, 130));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 6, 9, 12})
  void ofAStashAndAListTheSlotsOfOnePageGoBackTogether(int sizeClass) {
    try (OwnedFixture owned = OwnedFixture.small()) {
      List<Long> all = owned.allocate(sizeClass, AREA_BYTES >> sizeClass);
      for (int i = 0; i < all.size(); i += 2) {
        owned.heap.free(all.get(i));
      }
      owned.heap.releaseThreadCache(); // to the list
      owned.heap.allocate(sizeClass + 1); // owns the slab again
      for (int i = 1; i < all.size(); i += 2) {
        owned.heap.free(all.get(i));
      }
      new Trim(owned.heap).trim();
      int slab = owned.layout.region().slabOf(all.getFirst());
      assertEquals(0, owned.words.frontier(slab, sizeClass));
    }
  }

  @Test
  void aSlotThatIsInTheStashTwiceIsSortedOnce() {
    try (OwnedFixture owned = OwnedFixture.small()) {
      List<Long> slots = owned.allocate(6, 3);
      owned.heap.free(slots.get(0));
      owned.heap.free(slots.get(1));
      owned.heap.free(slots.get(0));
      Trim trim = new Trim(owned.heap);
      var e = assertThrows(IllegalStateException.class, trim::trim);
      assertTrue(e.getMessage().contains("double free of 0x" + Long.toHexString(slots.get(0))));
      owned.checkAtRest(List.of(slots.get(2)));
    }
  }

  @Test
  void aLimitRefusesOnlyWhatLiveBlocksLeaveNoOsPagesFor() {
    int pages = 16;
    try (HeapFixture limited = new HeapFixture(28, pages * OS_PAGE, 1)) {
      Random random = new Random(pages);
      List<Long> live = limited.allocate(6, (int) (pages * OS_PAGE / 64));
      while (!live.isEmpty()) {
        for (int i = 0; i < 30 && !live.isEmpty(); i++) {
          limited.heap.free(live.remove(random.nextInt(live.size())));
        }
        int free = pages - osPages(live, 6).size();
        List<Long> others = new ArrayList<>();
        for (int i = 0; i <= free; i++) {
          long allocated = limited.whole.allocate(12);
          assertEquals(i == free, allocated == SlabHeap.NONE, i + " of " + free);
          others.add(SlabHeap.address(allocated));
        }
        others.removeLast();
        others.forEach(limited.heap::free);
        InvariantWalk.check(limited.heap, live);
      }
    }
  }

  @Test
  void anOwnerUsesWhatWasPurgedBeforeItGrows() {
    try (OwnedFixture owned = OwnedFixture.small()) {
      List<Long> all = owned.allocate(6, 2048);
      List<Long> live = everyOsPageWith(all.subList(0, 1024), 64);
      all.stream().filter(slot -> !live.contains(slot)).forEach(owned.heap::free);
      new Trim(owned.heap).trim();
      long frontier = owned.words.frontier(owned.ownSlab(), 6);
      List<Long> again = owned.allocate(6, (int) frontier - live.size());
      assertEquals(frontier, owned.words.frontier(owned.ownSlab(), 6));
      assertEquals(again.size(), again.stream().distinct().count());
      again.forEach(owned.heap::free);
      new Trim(owned.heap).trim();
      owned.checkAtRest(live);
    }
  }

  @Test
  void aRefusalOfTheSystemLosesNothing() {
    try (HeapFixture refusing = HeapFixture.refusingDiscards()) {
      List<Long> all = refusing.allocate(6, 640);
      all.forEach(slot -> RawMemory.segment(slot, 64).fill((byte) 0x5A));
      all.subList(0, 639).forEach(refusing.heap::free);
      assertEquals(0, new Trim(refusing.whole).trim());
      InvariantWalk.check(refusing.heap, all.subList(639, 640));
    }
  }

  @Test
  void randomCallsAndTrimsAgreeWithAModel() {
    Random random = new Random(17);
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      if (random.nextInt(100) < (i / 1000 % 2 == 0 ? 60 : 40) || live.isEmpty()) {
        int sizeClass = random.nextInt(SizeClass.SMALLEST, 16);
        long allocated = fixture.heap.allocate(sizeClass);
        long slot = SlabHeap.address(allocated);
        assertTrue(
            !SlabHeap.isZero(allocated) || isZero(slot, fixture.layout.classOf(slot)), "zero");
        RawMemory.segment(slot, 1L << sizeClass).fill((byte) 1);
        live.add(slot);
      } else {
        fixture.heap.free(live.remove(random.nextInt(live.size())));
      }
      if (i % 500 == 0) {
        trim();
        InvariantWalk.check(fixture.heap, live);
      }
    }
    live.forEach(fixture.heap::free);
    trim();
    assertEquals(0, Census.of(fixture.whole).takenBytes());
  }

  private static boolean isZero(long slot, int sizeClass) {
    MemorySegment zeros = MemorySegment.ofArray(new byte[1 << sizeClass]);
    return RawMemory.segment(slot, 1L << sizeClass).mismatch(zeros) < 0;
  }
}
