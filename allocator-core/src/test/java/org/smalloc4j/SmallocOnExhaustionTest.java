package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smalloc4j.arena.BumpArena;
import org.smalloc4j.pool.BlockPool;

/** The handler of a heap that has nothing left: when it is asked, and what its answer does. */
@ExtendWith(OutOfMemoryFails.class)
class SmallocOnExhaustionTest {
  private static final long LIMIT = 1L << 20;
  private static final int BYTES = 4096;

  private final List<Long> asked = new ArrayList<>();
  private LongPredicate answer = _ -> false;
  private final Smalloc heap = limited(LIMIT);
  private final List<Long> live = new ArrayList<>();

  private Smalloc limited(long limit) {
    return Smalloc.builder().name("asking").maxBytes(limit).onExhaustion(this::ask).build();
  }

  private boolean ask(long byteSize) {
    asked.add(byteSize);
    return answer.test(byteSize);
  }

  @AfterEach
  void close() {
    heap.close();
  }

  private void fill() {
    live.addAll(SmallHeap.drain(heap, 12));
    assertEquals(LIMIT / BYTES, live.size());
    asked.clear();
  }

  /** Frees the oldest block, and says so. */
  private boolean evict() {
    heap.free(live.removeFirst());
    return true;
  }

  @Test
  void itIsAskedOnceForEachCallThatIsRefusedWithTheBytesThatWereAskedFor() {
    fill();
    assertRefused(OutOfMemoryError.class, () -> heap.malloc(4000), "asking", "4000 bytes");
    assertRefused(OutOfMemoryError.class, () -> heap.malloc(16, 2048), "16 bytes", "2048");
    assertRefused(OutOfMemoryError.class, () -> heap.calloc(4002), "4002 bytes");
    assertRefused(OutOfMemoryError.class, () -> heap.callocArray(3, 1001), "3003 bytes");
    assertRefused(OutOfMemoryError.class, () -> heap.allocate(4004, 8), "4004 bytes");
    assertRefused(OutOfMemoryError.class, () -> heap.realloc(live.getFirst(), 5005), "5005 bytes");
    assertRefused(OutOfMemoryError.class, () -> heap.realloc(Allocator.NULL, 4006), "4006 bytes");
    assertEquals(Allocator.NULL, heap.tryMalloc(4007, 1));
    assertRefused(OutOfMemoryError.class, () -> heap.malloc(1L << 40), 1L << 40);
    assertEquals(List.of(4000L, 2048L, 4002L, 3003L, 4004L, 5005L, 4006L, 4007L, 1L << 40), asked);
  }

  @Test
  void itIsAskedOnTheThreadThatAllocates() throws InterruptedException {
    fill();
    List<Thread> askedOn = new ArrayList<>();
    answer = _ -> !askedOn.add(Thread.currentThread());
    assertThrows(OutOfMemoryError.class, () -> heap.malloc(BYTES));
    assertSame(Thread.currentThread(), askedOn.getFirst());
    Thread virtual = Thread.ofVirtual().unstarted(() -> heap.tryMalloc(BYTES, 1));
    virtual.start();
    virtual.join();
    assertEquals(List.of(Thread.currentThread(), virtual), askedOn);
  }

  @Test
  void itIsNotAskedWhereMovedMemoryIsEnough() {
    fill();
    live.forEach(heap::free);
    heap.malloc(LIMIT / 2);
    assertEquals(List.of(), asked);
  }

  @Test
  void itIsAskedForARefusalThatRepeatsToo() {
    fill();
    for (int i = 1; i <= 100; i++) {
      assertEquals(Allocator.NULL, heap.tryMalloc(BYTES, 1));
      assertEquals(i, asked.size());
    }
    answer = _ -> evict();
    live.add(heap.malloc(BYTES));
    assertEquals(101, asked.size());
  }

  @Test
  void whatItFreesServesTheCallThatAsked() {
    fill();
    answer = _ -> evict();
    for (int i = 1; i <= 1000; i++) {
      live.add(i % 2 == 0 ? heap.malloc(BYTES) : heap.calloc(BYTES));
      assertEquals(i, asked.size());
      assertEquals(LIMIT / BYTES, live.stream().distinct().count());
    }
    long last = live.removeLast();
    live.add(heap.realloc(last, BYTES - 1));
    assertEquals(1000, asked.size(), "it stays where it is");
  }

  @Test
  void whatItFreesOfOtherSizesServesTheCallThatAsked() {
    fill();
    answer =
        byteSize -> {
          for (long freed = 0; freed < byteSize; freed += BYTES) {
            heap.free(live.removeFirst());
          }
          return true;
        };
    Block moved = Block.write(live.removeLast(), BYTES, 3);
    long grown = heap.realloc(moved.address(), LIMIT / 2);
    new Block(grown, BYTES, 3).check();
    assertEquals(List.of(LIMIT / 2), asked);
  }

  @Test
  void anAnswerThatFreedNothingIsFollowedByTheError() {
    fill();
    answer = _ -> true;
    assertRefused(OutOfMemoryError.class, () -> heap.malloc(BYTES), "maxBytes");
    assertEquals(1, asked.size());
    assertEquals(LIMIT / BYTES, heap.stats().liveBlocks());
  }

  @Test
  void whatItThrowsIsThrownAndNothingHasChanged() {
    fill();
    Block kept = Block.write(live.getFirst(), BYTES, 4);
    IllegalStateException thrown = new IllegalStateException("of the handler");
    answer =
        _ -> {
          throw thrown;
        };
    AllocatorStats before = heap.stats();
    for (int i = 1; i <= 3; i++) {
      assertSame(thrown, assertThrows(IllegalStateException.class, () -> heap.malloc(BYTES)));
      assertSame(
          thrown,
          assertThrows(IllegalStateException.class, () -> heap.realloc(kept.address(), 2 * BYTES)));
      assertEquals(2 * i, asked.size(), "it is asked again");
    }
    kept.check();
    assertEquals(before.sizeClasses(), heap.stats().sizeClasses());
  }

  @Test
  void anAllocationOfItsOwnIsRefusedWithoutAskingAgain() {
    fill();
    answer =
        _ -> {
          assertRefused(OutOfMemoryError.class, () -> heap.malloc(10), "10 bytes");
          assertEquals(Allocator.NULL, heap.tryMalloc(11, 1));
          evict();
          evict();
          live.add(heap.malloc(12));
          return true;
        };
    live.add(heap.malloc(BYTES));
    assertEquals(List.of((long) BYTES), asked);
  }

  @Test
  void anotherHeapsHandlerIsAskedFromWithinIt() {
    fill();
    List<Long> askedOfOther = new ArrayList<>();
    try (Smalloc other =
        Smalloc.builder()
            .maxBytes(1)
            .onExhaustion(byteSize -> !askedOfOther.add(byteSize))
            .build()) {
      answer = _ -> other.tryMalloc(20, 1) != Allocator.NULL;
      assertThrows(OutOfMemoryError.class, () -> heap.malloc(BYTES));
    }
    assertEquals(List.of((long) BYTES), asked);
    assertEquals(List.of(20L), askedOfOther);
  }

  @Test
  void whatThreadsKeepThatEndOrGoIdleInItIsFound() {
    for (long limit : new long[] {LIMIT, Long.MAX_VALUE}) {
      for (int use = 0; use < 40; use++) {
        boolean isToEnd = use % 2 == 0;
        try (Smalloc at = limit == LIMIT ? limited(limit) : smallest()) {
          WaitingThread worker = new WaitingThread();
          List<Long> blocks = worker.idleAfter(() -> SmallHeap.drain(at, 12));
          answer = _ -> freeIn(worker, at, blocks, isToEnd);
          assertNotEquals(Allocator.NULL, at.tryMalloc(BYTES, 1), "limit " + limit);
          if (!isToEnd) {
            worker.end();
          }
        }
        answer = _ -> false;
      }
    }
  }

  private Smalloc smallest() {
    return Smalloc.builder().regionBits(SmallHeap.REGION_BITS).onExhaustion(this::ask).build();
  }

  private static boolean freeIn(
      WaitingThread worker, Smalloc at, List<Long> blocks, boolean isToEnd) {
    worker.idleAfter(
        () -> {
          blocks.stream().limit(8).forEach(at::free);
          return true;
        });
    if (isToEnd) {
      worker.end();
    }
    return true;
  }

  @Test
  void aHeapThatItClosesIsClosedForTheCallThatAsked() {
    Smalloc closed = limited(BYTES);
    long block = closed.malloc(BYTES);
    answer =
        _ -> {
          closed.close();
          return true;
        };
    assertRefused(IllegalStateException.class, () -> closed.realloc(block, 5000), "closed");
    assertRefused(IllegalStateException.class, () -> closed.malloc(BYTES), "closed");
    assertEquals(1, asked.size());
  }

  @Test
  void arenasAndPoolsOfTheHeapAskIt() {
    fill();
    try (HeapArena confined = heap.confinedArena();
        HeapArena shared = heap.sharedArena();
        BumpArena bump = BumpArena.over(heap, BYTES, BYTES);
        BlockPool pool = BlockPool.of(heap, ValueLayout.JAVA_LONG, 8)) {
      for (Runnable call :
          List.<Runnable>of(
              () -> confined.allocate(4000),
              () -> shared.allocate(4000),
              () -> bump.malloc(3000, 8),
              pool::acquire)) {
        answer = _ -> false;
        SmallHeap.drain(heap, 2);
        asked.clear();
        answer = _ -> evict() && evict();
        for (int i = 0; asked.isEmpty(); i++) {
          assertTrue(i < 1000);
          call.run();
        }
      }
    }
  }

  @Test
  void manyThreadsAtTheLimitGetWhatTheyEvict() throws InterruptedException {
    Cache cache = new Cache();
    new Crowd(17)
        .run(
            4,
            Crowd.PLATFORM,
            (_, random) -> {
              for (int i = 0; i < 2000; i++) {
                cache.store(1 + random.nextInt(BYTES));
              }
            });
    assertTrue(cache.evictions.get() > 0);
    cache.blocks.forEach(cache.heap::free);
    assertEquals(0, cache.heap.stats().liveBlocks());
    cache.heap.close();
  }

  /** Blocks of which the oldest are freed when nothing is left. */
  private static final class Cache {
    private final Queue<Long> blocks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger evictions = new AtomicInteger();
    private final Smalloc heap =
        Smalloc.builder().maxBytes(LIMIT).onExhaustion(_ -> evict(8)).build();

    void store(long byteSize) {
      long block = heap.tryMalloc(byteSize, 1);
      if (block != Allocator.NULL) {
        blocks.add(block);
      }
    }

    private boolean evict(int count) {
      evictions.incrementAndGet();
      boolean hasFreed = false;
      for (int i = 0; i < count; i++) {
        Long block = blocks.poll();
        if (block != null) {
          heap.free(block);
          hasFreed = true;
        }
      }
      return hasFreed;
    }
  }

  @Test
  void noHandlerIsRefused() {
    NullPointerException refused =
        assertThrows(NullPointerException.class, () -> Smalloc.builder().onExhaustion(nothing()));
    assertTrue(refused.getMessage().contains("handler is null"), refused.getMessage());
  }

  @SuppressWarnings("NullAway")
  private static LongPredicate nothing() {
    return null;
  }
}
