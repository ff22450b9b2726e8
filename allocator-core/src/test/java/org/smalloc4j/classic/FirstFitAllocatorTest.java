package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smalloc4j.Allocator;
import org.smalloc4j.BlockModel;

/** How first fit places, cuts and merges. */
class FirstFitAllocatorTest {
  private static final long MANY = 1L << 30;

  private static FirstFitAllocator raw(Coalescing coalescing) {
    return FirstFitAllocator.raw(Growers.reserved(MANY), coalescing);
  }

  /** Returns sizes of blocks in address order, free ones negative, without the rest at the end. */
  private static List<Long> row(FirstFitAllocator heap) {
    List<Long> row = new ArrayList<>();
    heap.visit((_, bytes, isLive) -> row.add(isLive ? bytes : -bytes));
    row.removeLast();
    return row;
  }

  @ParameterizedTest
  @EnumSource
  void aFreeBlockIsCutAndItsRestIsUsedNext(Coalescing coalescing) {
    try (FirstFitAllocator heap = raw(coalescing)) {
      long large = heap.malloc(1000);
      long fence = heap.malloc(8);
      heap.free(large);
      assertEquals(large, heap.malloc(100));
      assertEquals(List.of(112L, -896L, 32L), row(heap));
      assertEquals(large + 112, heap.malloc(888));
      assertEquals(List.of(112L, 896L, 32L), row(heap));
      assertEquals(888, heap.usableSize(large + 112));
      heap.free(fence);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRestThatCanHoldNoBlockStaysWithTheBlock(Coalescing coalescing) {
    try (FirstFitAllocator heap = raw(coalescing)) {
      long p = heap.malloc(1000);
      heap.malloc(8);
      heap.free(p);
      assertEquals(p, heap.malloc(984)); // 16 bytes less
      assertEquals(1000, heap.usableSize(p));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFirstBlockOfTheListThatFitsIsTakenNotTheBest(Coalescing coalescing) {
    try (FirstFitAllocator heap = raw(coalescing)) {
      long exact = heap.malloc(100);
      heap.malloc(8);
      long larger = heap.malloc(500);
      heap.malloc(8);
      long tooSmall = heap.malloc(50);
      heap.malloc(8);
      heap.free(exact);
      heap.free(larger);
      heap.free(tooSmall);
      assertEquals(larger, heap.malloc(100), "the one freed last of those that fit");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsFreedLastIsUsedFirst(Coalescing coalescing) {
    try (FirstFitAllocator heap = raw(coalescing)) {
      List<Long> freed = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        freed.add(heap.malloc(64));
        heap.malloc(64);
      }
      freed.forEach(heap::free);
      for (long p : freed.reversed()) {
        assertEquals(p, heap.malloc(64));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatComesBeforeAnAlignedPlaceIsAFreeBlock(Coalescing coalescing) {
    try (FirstFitAllocator heap = raw(coalescing)) {
      long p = heap.malloc(24, 4096);
      assertEquals(0, p % 4096);
      assertEquals(List.of(-4032L, 32L), row(heap), "64 bytes begin the heap");
      heap.malloc(61_000); // all of the first 64 KiB behind it
      long q = heap.malloc(4020);
      assertEquals(p - 4032, q);
    }
  }

  @Test
  void aSearchMergesWhatFollowsEachBlockThatItLooksAt() {
    try (FirstFitAllocator heap = raw(Coalescing.DURING_SEARCH)) {
      long a = heap.malloc(64);
      long b = heap.malloc(64);
      long c = heap.malloc(64);
      heap.malloc(64);
      heap.free(b);
      heap.free(c);
      heap.free(a);
      assertEquals(List.of(-80L, -80L, -80L, 80L), row(heap), "as they were freed");
      assertEquals(a, heap.malloc(200));
      assertEquals(List.of(208L, -32L, 80L), row(heap));
    }
  }

  @Test
  void aFreeMergesWithBothNeighbours() {
    try (FirstFitAllocator heap = raw(Coalescing.AT_FREE)) {
      long a = heap.malloc(64);
      long b = heap.malloc(64);
      long c = heap.malloc(64);
      heap.malloc(64);
      heap.free(a);
      assertEquals(List.of(-80L, 80L, 80L, 80L), row(heap));
      heap.free(c);
      assertEquals(List.of(-80L, 80L, -80L, 80L), row(heap));
      heap.free(b);
      assertEquals(List.of(-240L, 80L), row(heap));
      assertEquals(a, heap.malloc(232));
    }
  }

  @ParameterizedTest
  @EnumSource
  void reallocTakesTheFreeBlockBehindAndGivesBackWhatItDoesNotNeed(Coalescing coalescing) {
    try (FirstFitAllocator heap = raw(coalescing)) {
      long p = heap.malloc(64);
      long behind = heap.malloc(1000);
      heap.malloc(8);
      heap.free(behind);
      assertEquals(p, heap.realloc(p, 500));
      assertEquals(List.of(512L, -576L, 32L), row(heap));
      assertEquals(p, heap.realloc(p, 1080));
      assertEquals(List.of(1088L, 32L), row(heap));
      assertEquals(p, heap.realloc(p, 8));
      assertEquals(List.of(32L, -1056L, 32L), row(heap));
      assertNotEquals(p, heap.realloc(p, 2000));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBlockThatWasFreedIsADoubleFreeUntilItsMemoryIsUsedAgain(Coalescing coalescing) {
    try (FirstFitAllocator heap = raw(coalescing)) {
      long a = heap.malloc(64);
      long b = heap.malloc(64);
      long c = heap.malloc(64);
      heap.malloc(64);
      for (long p : new long[] {a, b, c}) {
        heap.free(p);
      }
      for (long p : new long[] {a, b, c}) {
        String message = assertThrows(IllegalStateException.class, () -> heap.free(p)).getMessage();
        assertTrue(message.contains("double free"), message);
        assertTrue(message.contains(Long.toHexString(p)), message);
      }
      heap.malloc(1 << 20); // a search that merges them
      assertEquals(a, heap.malloc(230));
      String message =
          assertThrows(IllegalArgumentException.class, () -> heap.free(b)).getMessage();
      assertTrue(message.contains("inside a slot at offset 80"), message);
    }
  }

  @Test
  void aRestThatNobodyHadWasNeverHandedOut() {
    try (FirstFitAllocator heap = raw(Coalescing.DURING_SEARCH)) {
      long p = heap.malloc(64);
      long rest = p + 80;
      String message =
          assertThrows(IllegalArgumentException.class, () -> heap.free(rest)).getMessage();
      assertTrue(message.contains("never handed out"), message);
      assertFalse(heap.owns(rest));
    }
  }

  @Test
  void aFreedBlockIsOwnedUntilItIsMerged() {
    try (FirstFitAllocator heap = raw(Coalescing.AT_FREE)) {
      long a = heap.malloc(64);
      long b = heap.malloc(64);
      heap.malloc(64);
      heap.free(b);
      assertTrue(heap.owns(b));
      heap.free(a);
      assertTrue(heap.owns(a));
      assertFalse(heap.owns(b));
    }
  }

  @Test
  void aFreeThatMergesLooksAtThreeBlocksAndASearchAtAllThatDoNotFit() {
    try (FirstFitAllocator tags = raw(Coalescing.AT_FREE);
        FirstFitAllocator published = raw(Coalescing.DURING_SEARCH)) {
      for (FirstFitAllocator heap : List.of(tags, published)) {
        List<Long> freed = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          freed.add(heap.malloc(64));
          heap.malloc(64);
        }
        freed.forEach(heap::free);
        assertTrue(heap.longestOperationSteps() <= 3, "steps " + heap.longestOperationSteps());
        heap.malloc(1000);
      }
      assertEquals(101, tags.longestOperationSteps());
      assertEquals(202, published.longestOperationSteps(), "it asks the block behind each, too");
    }
  }

  @Test
  void aHeapWithALockTellsHowLongThreadsWaited() throws InterruptedException {
    CountDownLatch growing = new CountDownLatch(1);
    CountDownLatch waited = new CountDownLatch(1);
    Grower reserved = Growers.reserved(MANY);
    try (FirstFitAllocator heap =
        FirstFitAllocator.locked(
            byteSize -> {
              if (byteSize > 1 << 20) {
                growing.countDown();
                awaitUninterruptibly(waited);
              }
              return reserved.grow(byteSize);
            })) {
      long p = heap.malloc(8);
      assertEquals(0, heap.lockWaitNanos());
      Thread grows = Thread.ofPlatform().start(() -> heap.malloc(2 << 20));
      growing.await();
      Thread waits = Thread.ofPlatform().start(() -> heap.free(p));
      while (!hasSpunInTheLock(waits)) {
        Thread.onSpinWait();
      }
      waited.countDown();
      grows.join();
      waits.join();
      assertTrue(heap.lockWaitNanos() > 0);
    }
    reserved.close();
  }

  private static boolean hasSpunInTheLock(Thread thread) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (frame.getMethodName().equals("awaitLock")) {
        return true;
      }
    }
    return false;
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aHeapForOneThreadHasNobodyWait() {
    try (FirstFitAllocator heap = raw(Coalescing.DURING_SEARCH)) {
      heap.malloc(8);
      assertEquals(0, heap.lockWaitNanos());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRootIsALiveBlockOrNone(Coalescing coalescing) {
    try (FirstFitAllocator heap = raw(coalescing)) {
      assertEquals(Allocator.NULL, heap.root());
      long p = heap.malloc(64);
      heap.setRoot(p);
      assertEquals(p, heap.root());
      assertThrows(IllegalArgumentException.class, () -> heap.setRoot(p + 16));
      heap.malloc(64);
      long moved = heap.realloc(p, 1000);
      assertNotEquals(p, moved);
      assertEquals(moved, heap.root(), "it moves with its block");
      heap.free(moved);
      assertEquals(Allocator.NULL, heap.root(), "it ends with its block");
      assertThrows(IllegalStateException.class, () -> heap.setRoot(moved));
      long q = heap.malloc(64);
      heap.setRoot(q);
      heap.setRoot(Allocator.NULL);
      assertEquals(Allocator.NULL, heap.root());
    }
  }

  @ParameterizedTest
  @EnumSource
  void manyRandomBlocksComeBackAsOne(Coalescing coalescing) {
    try (FirstFitAllocator heap = raw(coalescing)) {
      SplittableRandom random = new SplittableRandom(70);
      BlockModel model = new BlockModel(heap);
      for (int i = 0; i < 2000; i++) {
        int byteSize = random.nextInt(500);
        model.add(heap.malloc(byteSize, 1L << random.nextInt(9)), byteSize, random.nextLong());
      }
      model.check();
      model.freeAll(random);
      FirstFitWalk.check(heap, List.of());
      long taken = heap.stats().takenBytes();
      long all = heap.malloc(taken - 72);
      assertEquals(taken, heap.stats().takenBytes(), "no growth");
      FirstFitWalk.check(heap, List.of(all));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCallThatEndsWhereTheStackDoesHasChangedNothing(Coalescing coalescing)
      throws InterruptedException {
    try (FirstFitAllocator heap = FirstFitAllocator.locked(Growers.reserved(MANY), coalescing)) {
      DeepCalls calls = new DeepCalls(heap);
      Thread.ofPlatform().start(calls).join(); // with the stack of a thread, not of the tests
      assertEquals(null, calls.failure);
      assertTrue(calls.overflows >= DeepCalls.ROUNDS);
    }
  }

  /** Calls at every depth of the stack, until it ends. */
  private static final class DeepCalls implements Runnable {
    private static final int ROUNDS = 15;

    private final FirstFitAllocator heap;
    private final SplittableRandom random = new SplittableRandom(71);
    private final long[] live = new long[1 << 20];
    private int count;
    private int overflows;
    private Throwable failure;

    DeepCalls(FirstFitAllocator heap) {
      this.heap = heap;
    }

    @Override
    public void run() {
      try {
        for (int round = 0; round < ROUNDS; round++) {
          overflow(this::allocateAll);
          FirstFitWalk.check(heap, Arrays.stream(live, 0, count).boxed().toList());
          overflow(this::reallocateAll);
          FirstFitWalk.check(heap, Arrays.stream(live, 0, count).boxed().toList());
          overflow(this::freeAll);
          FirstFitWalk.check(heap, Arrays.stream(live, 0, count).boxed().toList());
          while (count > 100) {
            count--;
            heap.free(live[count]);
          }
        }
      } catch (Throwable thrown) {
        failure = thrown;
      }
    }

    private void overflow(Runnable recursion) {
      try {
        recursion.run();
      } catch (StackOverflowError end) {
        overflows++;
      }
    }

    private void allocateAll() {
      int byteSize = random.nextInt(300);
      long p = heap.malloc(byteSize);
      live[count] = p;
      count++;
      allocateAll();
    }

    private void reallocateAll() {
      int place = random.nextInt(count);
      int byteSize = random.nextInt(300);
      long p = heap.realloc(live[place], byteSize);
      live[place] = p;
      reallocateAll();
    }

    private void freeAll() {
      if (count == 0) {
        throw new StackOverflowError();
      }
      long p = live[count - 1];
      heap.free(p);
      count--;
      freeAll();
    }
  }
}
