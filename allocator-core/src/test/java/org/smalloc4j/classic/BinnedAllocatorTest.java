package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.Crowd;
import org.smalloc4j.Exchange;
import org.smalloc4j.OffHeap;
import org.smalloc4j.arena.DeepCalls;
import org.smalloc4j.internal.os.OsException;

class BinnedAllocatorTest {
  private static final long LARGEST_SLOT = 16 << 10;

  private final LimitedMemory memory = new LimitedMemory(1L << 42);
  private final BinnedAllocator allocator = new BinnedAllocator("test", memory, 8);
  private final long osPage = memory.osPageBytes();

  private static <T> T inNewThread(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    try {
      Thread.ofPlatform().start(task).join();
      return task.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Does something in a new thread that uses another cache than this one. */
  private static <T> T inOtherCache(int caches, Callable<T> work) {
    long own = Thread.currentThread().threadId() % caches;
    FutureTask<T> task = new FutureTask<>(work);
    try {
      Thread thread = Thread.ofPlatform().unstarted(task);
      while (thread.threadId() % caches == own) {
        thread = Thread.ofPlatform().unstarted(task);
      }
      thread.start();
      thread.join();
      return task.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void slotsArePowersOfTwoTo16KiBAndAlignedToTheirSize() {
    for (long byteSize = 0; byteSize <= LARGEST_SLOT; byteSize++) {
      long p = allocator.malloc(byteSize);
      long slot = byteSize <= 4 ? 4 : Long.highestOneBit(byteSize - 1) << 1;
      assertEquals(slot, allocator.usableSize(p), "bytes of " + byteSize);
      assertEquals(0, p % slot, "alignment of " + byteSize);
      allocator.free(p);
    }
    for (long alignment = 1; alignment <= LARGEST_SLOT; alignment <<= 1) {
      long p = allocator.malloc(3, alignment);
      assertEquals(Math.max(4, alignment), allocator.usableSize(p));
      assertEquals(0, p % alignment);
      allocator.free(p);
    }
    allocator.close();
  }

  @Test
  void whatIsLargerOrAlignedToMoreIsAMappingOfItsOwn() {
    long large = allocator.malloc(LARGEST_SLOT + 1);
    assertEquals(LARGEST_SLOT + osPage, allocator.usableSize(large));
    assertEquals(LARGEST_SLOT + osPage, memory.heldBytes());
    long aligned = allocator.malloc(1, 2 * LARGEST_SLOT);
    assertEquals(osPage, allocator.usableSize(aligned));
    assertEquals(0, aligned % (2 * LARGEST_SLOT));
    allocator.free(large);
    allocator.free(aligned);
    assertEquals(0, memory.heldBytes(), "unmapped at once");
    allocator.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 256, 2048, 4096, 8192, 16_384})
  void aBinIsFilledAnOsPageOrASlotAtATimeAndKeepsIt(int slotBytes) {
    long page = Math.max(osPage, slotBytes);
    int count = (int) (5 * page / slotBytes);
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      live.add(allocator.malloc(slotBytes));
      assertEquals(Math.ceilDiv((i + 1L) * slotBytes, page) * page, memory.heldBytes());
    }
    assertEquals(5 * page, allocator.stats().reservedBytes());
    Collections.shuffle(live, new Random(80));
    live.forEach(allocator::free);
    assertEquals(0, allocator.trim());
    assertEquals(5 * page, memory.heldBytes(), "never returned");
    Set<Long> again = new HashSet<>();
    for (int i = 0; i < count; i++) {
      again.add(allocator.malloc(slotBytes));
    }
    assertEquals(new HashSet<>(live), again, "used again");
    BinWalk.check(allocator, again);
    allocator.close();
    assertEquals(0, memory.heldBytes(), "but by close");
  }

  @Test
  void theSlotFreedLastIsTheNextOneHandedOut() {
    long a = allocator.malloc(64);
    long b = allocator.malloc(64);
    assertEquals(a + 64, b, "fresh slots come in the order of addresses");
    allocator.free(b);
    allocator.free(a);
    assertEquals(a, allocator.malloc(64));
    assertEquals(b, allocator.malloc(64));
    assertEquals(b + 64, allocator.malloc(64));
    allocator.close();
  }

  @Test
  void cachesAreMadeOnFirstUseAndNeverMoreThanFourForAProcessor() throws InterruptedException {
    try (BinnedAllocator binned = BinnedAllocator.create()) {
      int most = 4 * Runtime.getRuntime().availableProcessors();
      assertEquals(0, binned.bins().caches().made().size());
      binned.free(binned.malloc(1));
      assertEquals(1, binned.bins().caches().made().size());
      for (int generation = 0; generation < 4; generation++) {
        new Crowd(81).run(3 * most, Crowd.MIXED, (_, _) -> binned.free(binned.malloc(100)));
      }
      assertEquals(most, binned.bins().caches().made().size());
    }
  }

  @Test
  void theLockedFormHasOneCache() throws InterruptedException {
    try (BinnedAllocator locked = BinnedAllocator.locked()) {
      new Crowd(82).run(16, Crowd.MIXED, (_, _) -> locked.free(locked.malloc(100)));
      assertEquals(1, locked.bins().caches().made().size());
      long slot = inNewThread(() -> locked.malloc(100));
      locked.free(slot);
      assertEquals(slot, inNewThread(() -> locked.malloc(100)), "every thread finds it");
    }
  }

  @Test
  void aThreadKeepsToItsCache() throws InterruptedException {
    long[] live = new long[300];
    for (int i = 0; i < live.length; i++) {
      live[i] = allocator.malloc(32);
    }
    for (long p : live) {
      allocator.free(p);
    }
    long[] elsewhere =
        inOtherCache(
            8, () -> new long[] {allocator.malloc(32), allocator.malloc(32), allocator.malloc(32)});
    for (long p : elsewhere) {
      assertNotEquals(live[0] & -osPage, p & -osPage, "not from this thread's pages");
    }
    for (int i = live.length - 1; i >= 0; i--) {
      assertEquals(live[i], allocator.malloc(32));
    }
    allocator.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void threadsBeyondTheNumberOfCachesShareThem(int mostCaches) throws InterruptedException {
    try (BinnedAllocator few = new BinnedAllocator("few", memory, mostCaches)) {
      Exchange exchange = new Exchange(few, 16);
      new Crowd(83).run(16, Crowd.MIXED, (_, random) -> exchange.trade(10_000, random));
      exchange.freeAll();
      assertEquals(mostCaches, few.bins().caches().made().size());
      BinWalk.check(few, List.of());
    }
    assertEquals(0, memory.heldBytes());
  }

  @Test
  void freedSlotsGoToTheCacheOfWhoFreesThem() {
    long slot = allocator.malloc(64);
    inOtherCache(
        8,
        () -> {
          allocator.free(slot);
          assertEquals(slot, allocator.malloc(64));
          return null;
        });
    allocator.close();
  }

  /** As the class says: where it breaks. */
  @Test
  void memoryGrowsWithTheBlocksThatArePassedOnHoweverFewAreLive() {
    int blocks = 0;
    for (int round = 0; round < 50; round++) {
      long[] passed = new long[100];
      for (int i = 0; i < passed.length; i++) {
        passed[i] = allocator.malloc(64);
        blocks++;
      }
      inOtherCache(
          8,
          () -> {
            for (long p : passed) {
              allocator.free(p);
            }
            return null;
          });
    }
    AllocatorStats stats = allocator.stats();
    assertEquals(0, stats.liveBlocks());
    assertEquals(blocks * 64L, stats.takenBytes(), "each block was a fresh slot");
    assertEquals(Math.ceilDiv(blocks * 64L, osPage) * osPage, memory.heldBytes());
    allocator.close();
  }

  /** As the class says: free slots of another cache are not looked for. */
  @Test
  void nothingIsLeftThoughAnotherCacheHasFreeSlots() {
    LimitedMemory little = new LimitedMemory(2 * osPage);
    try (BinnedAllocator small = new BinnedAllocator("small", little, 2)) {
      List<Long> live = new ArrayList<>();
      for (long p = small.tryMalloc(64, 1); p != 0; p = small.tryMalloc(64, 1)) {
        live.add(p);
      }
      assertEquals(2 * osPage / 64, live.size());
      live.forEach(small::free);
      assertEquals(0, inOtherCache(2, () -> small.tryMalloc(64, 1)));
      AllocatorStats before = small.stats();
      String message =
          inOtherCache(2, () -> assertThrows(OutOfMemoryError.class, () -> small.calloc(60)))
              .getMessage();
      assertTrue(
          message.startsWith("cannot allocate 60 bytes at alignment 1: no OS page"), message);
      assertEquals(before, small.stats());
      assertNotEquals(0, small.malloc(64));
    }
  }

  /** Links to no slot of its size that was handed out, or to the end of a list that goes on. */
  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 1 << 20, 0, OWN_LINK})
  void aDamagedLinkIsFoundOnceAndItsListIsLost(int link) {
    for (int slotBytes : new int[] {4, 64, 16_384}) {
      List<Long> freed = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        freed.add(allocator.malloc(slotBytes));
      }
      freed.forEach(allocator::free);
      long lostBefore = allocator.stats().lostBlocks();
      long last = freed.get(9);
      long damaged = freed.get(8);
      int linkToDamaged = OffHeap.loadInt(last);
      assertEquals(last, allocator.malloc(slotBytes));
      OffHeap.storeInt(damaged, link == OWN_LINK ? linkToDamaged : link);
      String message =
          assertThrows(IllegalStateException.class, () -> allocator.malloc(slotBytes)).getMessage();
      assertTrue(message.contains(Long.toHexString(damaged)), message);
      assertTrue(message.contains("8 blocks behind it"), message);
      assertEquals(lostBefore + 9, allocator.stats().lostBlocks());
      long fresh = allocator.malloc(slotBytes);
      assertFalse(freed.contains(fresh), "what is lost is not handed out");
      allocator.free(fresh);
      allocator.free(last);
    }
    assertEquals(0, allocator.stats().liveBlocks());
    allocator.close();
  }

  /** Stands for the link that leads to the damaged slot itself. */
  private static final int OWN_LINK = -2;

  /** As the class says: only the slot freed last is compared. */
  @Test
  void aDoubleFreeWithAnotherFreeInBetweenIsNoticedTooLate() {
    long[] live = new long[4];
    for (int i = 0; i < live.length; i++) {
      live[i] = allocator.malloc(64);
    }
    for (long p : live) {
      allocator.free(p);
    }
    assertThrows(IllegalStateException.class, () -> allocator.free(live[3]));
    allocator.free(live[2]); // the list: 2 3 2 3 …, and five blocks are free, it seems
    assertEquals(live[2], allocator.malloc(64));
    assertEquals(live[3], allocator.malloc(64));
    assertEquals(live[2], allocator.malloc(64), "twice");
    assertEquals(live[3], allocator.malloc(64), "twice");
    assertThrows(IllegalStateException.class, () -> allocator.malloc(64), "the list does not end");
    allocator.close();
  }

  @Test
  void aSlotWithoutACodeIsNotHandedOut() throws OsException {
    OsPageMap map = new OsPageMap(osPage);
    BinPages pages = new BinPages(memory, map, 2, 2 * osPage / 4);
    Bin bin = new Bin(pages);
    Set<Long> slots = new HashSet<>();
    for (int i = 0; i < 2 * osPage / 4; i++) {
      slots.add(bin.take());
    }
    assertEquals(0, bin.take());
    assertEquals(2 * osPage / 4, slots.size());
    assertEquals(2 * osPage, memory.heldBytes());
    pages.unmapAll();
    assertEquals(0, memory.heldBytes());
  }

  @Test
  void aMovingReallocLooksAtTwoSlots() {
    long p = allocator.malloc(10);
    assertEquals(2, allocator.longestOperationSteps());
    assertEquals(p, allocator.realloc(p, 16));
    assertEquals(p, allocator.realloc(p, 3));
    assertEquals(2, allocator.longestOperationSteps(), "stays where it is");
    allocator.free(allocator.realloc(p, 17));
    assertEquals(4, allocator.longestOperationSteps());
    allocator.close();
  }

  @Test
  void theEndOfTheStackChangesNothing() throws InterruptedException {
    List<Long> live = new ArrayList<>(10_000);
    DeepCalls.untilTheStackEnds(
        () -> {
          for (int byteSize : new int[] {4, 4096, 16_384, 100_000}) {
            long p = allocator.malloc(byteSize);
            live.add(p);
            allocator.free(allocator.realloc(allocator.calloc(byteSize), 2 * byteSize));
          }
        });
    AllocatorStats stats = allocator.stats();
    assertTrue(stats.liveBlocks() >= live.size(), "a block whose add to the list failed is live");
    assertEquals(memory.heldBytes(), stats.reservedBytes());
    live.forEach(allocator::free);
    allocator.free(allocator.malloc(4));
    allocator.close();
    assertEquals(0, memory.heldBytes());
  }

  @Test
  void closeIsRefusedWhileAnArenaIsOpenAndGoesOnWhereTheSystemRefused() {
    allocator.malloc(4);
    allocator.malloc(100_000);
    try (Arena arena = allocator.sharedArena()) {
      arena.allocate(10);
      assertThrows(IllegalStateException.class, allocator::close);
    }
    memory.refuseReleases(1);
    assertThrows(IllegalStateException.class, allocator::close);
    memory.refuseReleases(1);
    assertThrows(IllegalStateException.class, allocator::close);
    allocator.close();
    allocator.close();
    assertEquals(0, memory.heldBytes(), "unmapped, and once");
    assertEquals("test, closed", allocator.toString());
  }
}
