package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.smalloc4j.internal.slab.InvariantWalk;

/**
 * A block freed twice in direct succession: by one thread, with no call of any thread on that slab
 * and class in between. The second free is refused and changes nothing.
 */
@ExtendWith(OutOfMemoryFails.class)
class BlockMisuseTest {

  /** Heaps whose frees take different ways. */
  enum Kind {
    PLAIN(Smalloc::create),
    LIMITED(() -> Smalloc.builder().maxBytes(512 << 20).build()),
    SHARED(() -> Smalloc.builder().ownedSlabs(false).build()),
    SMALL(SmallHeap::open),
    EXHAUSTED(BlockMisuseTest::exhausted);

    private final Supplier<Smalloc> heap;

    Kind(Supplier<Smalloc> heap) {
      this.heap = heap;
    }

    private boolean has(int sizeClass) {
      return sizeClass <= SmallHeap.LARGEST_CLASS
          || this == PLAIN
          || this == LIMITED
          || this == SHARED;
    }
  }

  private static Smalloc exhausted() {
    Smalloc heap = SmallHeap.open();
    SmallHeap.drain(heap, SmallHeap.LARGEST_CLASS).forEach(heap::free);
    return heap;
  }

  static Stream<Arguments> kindsAndClasses() {
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                IntStream.rangeClosed(2, 21)
                    .filter(kind::has)
                    .mapToObj(sizeClass -> Arguments.of(kind, sizeClass)));
  }

  private static long[] some(Smalloc heap, int count, long byteSize) {
    long[] blocks = new long[count];
    for (int i = 0; i < count; i++) {
      blocks[i] = heap.malloc(byteSize);
    }
    return blocks;
  }

  private static <T> T in(ExecutorService thread, Callable<T> work) {
    try {
      return thread.submit(work).get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T inDead(Thread.Builder kind, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    try {
      kind.start(task).join();
      return task.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Enough to complete each chain, and to fill a magazine of small slots on a limited heap. */
  private static int count(int sizeClass) {
    return Math.clamp((1 << 20) >> sizeClass, 3, 80);
  }

  /** Frees each block twice; each second free is refused and leaves all as it was. */
  private static void freeEachTwice(Smalloc heap, long[] blocks) {
    for (int i = 0; i < blocks.length; i++) {
      long block = blocks[i];
      heap.free(block);
      int freed = i + 1;
      assertRefused(
          IllegalStateException.class,
          () -> heap.free(block),
          "double free",
          Long.toHexString(block));
      assertEquals(blocks.length - freed, heap.stats().liveBlocks(), "free number " + freed);
    }
  }

  /** Fails unless nothing is live, and what is handed out next is handed out once. */
  private static void assertWhole(Smalloc heap, int count, long byteSize) {
    assertEquals(0, heap.stats().liveBlocks());
    InvariantWalk.check(heap.heap(), List.of());
    Set<Long> distinct = new HashSet<>();
    for (int i = 0; i < count; i++) {
      assertTrue(distinct.add(heap.malloc(byteSize)), "handed out twice");
    }
    InvariantWalk.check(heap.heap(), distinct);
    distinct.forEach(heap::free);
    heap.trim();
    InvariantWalk.check(heap.heap(), List.of());
  }

  @ParameterizedTest
  @MethodSource("kindsAndClasses")
  void ofAnOwnBlock(Kind kind, int sizeClass) {
    try (Smalloc heap = kind.heap.get()) {
      freeEachTwice(heap, some(heap, count(sizeClass), 1L << sizeClass));
      assertWhole(heap, count(sizeClass), 1L << sizeClass);
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndClasses")
  void ofAnotherLiveThreadsBlock(Kind kind, int sizeClass) {
    try (Smalloc heap = kind.heap.get();
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      freeEachTwice(heap, in(other, () -> some(heap, count(sizeClass), 1L << sizeClass)));
      in(
          other,
          () -> {
            assertWhole(heap, count(sizeClass), 1L << sizeClass);
            return true;
          });
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndClasses")
  void ofADeadThreadsBlock(Kind kind, int sizeClass) {
    try (Smalloc heap = kind.heap.get()) {
      heap.free(heap.malloc(16)); // the calling thread has a slab of its own
      freeEachTwice(
          heap, inDead(Thread.ofPlatform(), () -> some(heap, count(sizeClass), 1L << sizeClass)));
      assertWhole(heap, count(sizeClass), 1L << sizeClass);
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndClasses")
  void ofAVirtualThreadsBlockAndByOne(Kind kind, int sizeClass) {
    try (Smalloc heap = kind.heap.get()) {
      long byteSize = 1L << sizeClass;
      long[] blocks = inDead(Thread.ofVirtual(), () -> some(heap, count(sizeClass), byteSize));
      freeEachTwice(heap, blocks);
      long[] own = some(heap, count(sizeClass), byteSize);
      inDead(
          Thread.ofVirtual(),
          () -> {
            freeEachTwice(heap, own);
            return true;
          });
      assertWhole(heap, count(sizeClass), byteSize);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whereTheFirstFreeFillsWhatAnOwnerKeeps(Kind kind) {
    for (int byteSize : new int[] {64, 1024, 4096}) {
      try (Smalloc heap = kind.heap.get()) {
        long[] blocks = some(heap, Math.min(1100, (1 << 20) / byteSize), byteSize);
        for (int i = 0; i < blocks.length; i++) {
          long block = blocks[i];
          heap.free(block);
          assertThrows(IllegalStateException.class, () -> heap.free(block), "free number " + i);
        }
        assertWhole(heap, 100, byteSize);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndClasses")
  void whereTheHeapIsExhaustedInBetweenByAnotherSize(Kind kind, int sizeClass) {
    if (kind != Kind.SMALL || sizeClass > 12) {
      return; // the others cannot be exhausted in a moment
    }
    for (boolean isOwn : new boolean[] {true, false}) {
      try (Smalloc heap = kind.heap.get();
          ExecutorService other = Executors.newSingleThreadExecutor()) {
        heap.free(heap.malloc(16));
        long[] blocks =
            isOwn
                ? some(heap, 3, 1L << sizeClass)
                : in(other, () -> some(heap, 3, 1L << sizeClass));
        heap.free(blocks[0]);
        List<Long> all = SmallHeap.drain(heap, SmallHeap.LARGEST_CLASS);
        assertRefused(IllegalStateException.class, () -> heap.free(blocks[0]), "double free");
        heap.free(blocks[1]);
        assertRefused(IllegalStateException.class, () -> heap.free(blocks[1]), "double free");
        all.forEach(heap::free);
        heap.free(blocks[2]);
        assertWhole(heap, 10, 1L << sizeClass);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndClasses")
  void ofABlockThatReallocMovedAway(Kind kind, int sizeClass) {
    if (!kind.has(sizeClass + 1)) {
      return;
    }
    try (Smalloc heap = kind.heap.get();
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      long byteSize = 1L << sizeClass;
      long own = heap.malloc(byteSize);
      long others = in(other, () -> heap.malloc(byteSize));
      for (long block : new long[] {own, others}) {
        long moved = heap.realloc(block, byteSize + 1);
        assertRefused(IllegalStateException.class, () -> heap.free(block), "double free");
        heap.free(moved);
      }
      assertWhole(heap, 3, byteSize);
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndClasses")
  void reallocOfAFreedBlockIsRefusedAndLosesNothing(Kind kind, int sizeClass) {
    if (!kind.has(sizeClass + 1)) {
      return;
    }
    try (Smalloc heap = kind.heap.get();
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      long byteSize = 1L << sizeClass;
      long own = heap.malloc(byteSize);
      long others = in(other, () -> heap.malloc(byteSize));
      for (long block : new long[] {own, others}) {
        heap.free(block);
        long takenBytes = 0;
        for (int i = 0; i < 100; i++) {
          assertRefused(
              IllegalStateException.class, () -> heap.realloc(block, byteSize + 1), "double free");
          assertRefused(
              IllegalStateException.class,
              () -> heap.reallocate(OffHeap.segmentAt(block), byteSize + 1),
              "double free");
          takenBytes = i == 0 ? heap.stats().takenBytes() : takenBytes;
        }
        assertEquals(takenBytes, heap.stats().takenBytes(), "taken for targets");
      }
      assertEquals(0, heap.stats().liveBlocks());
      assertWhole(heap, 3, byteSize);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void freesThatAreRightAreNeverRefused(Kind kind) throws InterruptedException {
    try (Smalloc heap = kind.heap.get()) {
      Exchange exchange = new Exchange(heap, 3);
      new Crowd(31)
          .run(
              4,
              Crowd.MIXED,
              (_, random) -> exchange.trade(kind == Kind.SMALL ? 5_000 : 20_000, random));
      exchange.freeAll();
      assertEquals(0, heap.stats().liveBlocks());
      assertEquals(0, heap.stats().lostBlocks());
    }
  }

  /** Addresses come back to the thread that freed them: chains of 1 to 64, by turns. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void aBlockThatItsOwnerHandsOutAgainIsFreedByTheSameThreadAgain(Kind kind) {
    Random random = new Random(32);
    for (int byteSize : new int[] {16, 1024, 4096, 32768}) {
      try (Smalloc heap = kind.heap.get();
          ExecutorService owner = Executors.newSingleThreadExecutor()) {
        heap.free(heap.malloc(8));
        for (int round = 0; round < 200; round++) {
          int count = random.nextInt(1, (64 << 10) / Math.max(byteSize, 1024) + 2);
          List<Long> blocks = new ArrayList<>();
          for (long block : in(owner, () -> some(heap, count, byteSize))) {
            blocks.add(block);
          }
          Collections.shuffle(blocks, random);
          for (long block : blocks) {
            heap.free(block);
          }
        }
        assertEquals(0, heap.stats().liveBlocks());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void slotsThatWereNeverHandedOutAreNobodysWhoeverAsks(Kind kind) {
    for (int byteSize : new int[] {8, 64, 1024, 8192}) {
      try (Smalloc heap = kind.heap.get();
          ExecutorService other = Executors.newSingleThreadExecutor()) {
        long first = heap.malloc(byteSize);
        long others = in(other, () -> heap.malloc(byteSize));
        for (int i = 1; i <= 70; i++) {
          int number = i;
          long never = first + (long) i * byteSize;
          boolean isInArea = never >>> SmallHeap.AREA_BITS == first >>> SmallHeap.AREA_BITS;
          if (never == others || !isInArea) {
            continue;
          }
          assertFalse(heap.owns(never), "slot " + i + " of " + byteSize);
          in(
              other,
              () -> {
                assertFalse(heap.owns(never), "slot " + number + ", another thread");
                assertThrows(IllegalArgumentException.class, () -> heap.usableSize(never));
                assertThrows(IllegalArgumentException.class, () -> heap.free(never));
                assertThrows(IllegalArgumentException.class, () -> heap.realloc(never, 1));
                return true;
              });
        }
        assertEquals(2, heap.stats().liveBlocks());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void liveBlocksAreOwnedWhoeverAsksWhileOthersWork(Kind kind) throws InterruptedException {
    try (Smalloc heap = kind.heap.get()) {
      long[] shared = new long[4 * 64];
      new Crowd(33)
          .run(
              4,
              Crowd.MIXED,
              (index, random) -> {
                for (int i = 0; i < 5_000; i++) {
                  long byteSize = 1L << random.nextInt(2, 13);
                  long block = heap.malloc(byteSize);
                  assertTrue(heap.owns(block));
                  assertEquals(byteSize, heap.usableSize(block));
                  heap.free(block);
                }
                shared[index] = heap.malloc(100);
              });
      for (int i = 0; i < 4; i++) {
        assertTrue(heap.owns(shared[i]));
        heap.free(shared[i]);
      }
    }
  }
}
