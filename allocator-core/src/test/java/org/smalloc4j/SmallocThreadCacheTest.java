package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.slab.InvariantWalk;

/** What a thread that goes idle gives away. */
class SmallocThreadCacheTest {
  private static final int BYTES = 1024;
  private static final long LIMIT = 1 << 20;

  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Thread> idle = new ArrayList<>();

  @AfterEach
  void endIdleThreads() throws InterruptedException {
    end.countDown();
    for (Thread thread : idle) {
      thread.join();
    }
  }

  /** Runs something in a thread that is idle afterwards, and alive. */
  private <T> T inIdleThread(Callable<T> action) throws Exception {
    FutureTask<T> task = new FutureTask<>(action);
    idle.add(
        Thread.ofPlatform()
            .start(
                () -> {
                  task.run();
                  awaitEnd();
                }));
    return task.get();
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Set<Long> allocate(Smalloc heap, int blocks) {
    Set<Long> allocated = new HashSet<>();
    for (int i = 0; i < blocks; i++) {
      allocated.add(heap.malloc(BYTES));
    }
    return allocated;
  }

  private static Set<Long> freed(Smalloc heap, int blocks) {
    Set<Long> freed = allocate(heap, blocks);
    freed.forEach(heap::free);
    return freed;
  }

  @Test
  void whatAnIdleThreadKeptServesOthersOnceItIsReleased() throws Exception {
    int all = (int) (LIMIT / BYTES);
    try (Smalloc heap = Smalloc.builder().maxBytes(LIMIT).build()) {
      inIdleThread(() -> freed(heap, all));
      assertNotEquals(0, heap.stats().heldBytes(), "some of it is kept");
      inIdleThread(
          () -> {
            heap.releaseThreadCache();
            return null;
          });
      assertNotEquals(0, heap.stats().heldBytes(), "another thread's is not released");
    }
    try (Smalloc heap = Smalloc.builder().maxBytes(LIMIT).build()) {
      inIdleThread(
          () -> {
            freed(heap, all);
            heap.releaseThreadCache();
            return null;
          });
      assertEquals(0, heap.stats().heldBytes());
      assertEquals(0, lackOf(heap, all));
    }
  }

  /** Allocates and frees; returns how many blocks were refused. */
  private static int lackOf(Smalloc heap, int blocks) {
    List<Long> allocated = new ArrayList<>();
    for (int i = 0; i < blocks; i++) {
      long block = heap.tryMalloc(BYTES, 1);
      if (block != Allocator.NULL) {
        allocated.add(block);
      }
    }
    allocated.forEach(heap::free);
    return blocks - allocated.size();
  }

  @Test
  void theNextThreadGetsTheSlabAndWhatIsFreeInIt() throws Exception {
    try (Smalloc heap = Smalloc.create()) {
      Set<Long> released =
          inIdleThread(
              () -> {
                Set<Long> freed = freed(heap, 8);
                heap.releaseThreadCache();
                return freed;
              });
      Set<Long> next = inIdleThread(() -> allocate(heap, 8));
      next.retainAll(released);
      assertEquals(released.size(), next.size());
    }
  }

  @Test
  void manyIdleThreadsThatReleaseKeepNobodyFromASlab() throws Exception {
    try (Smalloc heap = Smalloc.create()) {
      long oneThread = takenBytesOf(heap);
      for (int i = 0; i < 100; i++) {
        inIdleThread(
            () -> {
              freed(heap, 8);
              heap.releaseThreadCache();
              return null;
            });
      }
      assertEquals(oneThread, heap.stats().takenBytes(), "all of them used one slab");
    }
  }

  private long takenBytesOf(Smalloc heap) throws Exception {
    inIdleThread(
        () -> {
          freed(heap, 8);
          heap.releaseThreadCache();
          return null;
        });
    return heap.stats().takenBytes();
  }

  @Test
  void theThreadItselfGoesOnWithItsLiveBlocks() {
    try (Smalloc heap = Smalloc.create()) {
      Set<Long> live = allocate(heap, 8);
      heap.releaseThreadCache();
      heap.releaseThreadCache(); // keeps nothing now
      live.addAll(allocate(heap, 8));
      assertEquals(16, live.size());
      InvariantWalk.check(heap.heap(), live);
      live.forEach(heap::free);
      assertEquals(0, heap.stats().liveBlocks());
    }
  }

  @Test
  void aVirtualThreadReleasesWhatItsCarrierKeeps() throws Exception {
    try (Smalloc heap = Smalloc.create()) {
      FutureTask<Set<Long>> task =
          new FutureTask<>(
              () -> {
                Set<Long> freed = freed(heap, 8);
                heap.releaseThreadCache();
                return freed;
              });
      Thread.ofVirtual().start(task).join();
      assertEquals(8, task.get().size());
      InvariantWalk.check(heap.heap(), List.of());
    }
  }

  @Test
  void aClosedHeapRefuses() {
    Smalloc heap = Smalloc.create();
    heap.close();
    assertThrows(IllegalStateException.class, heap::releaseThreadCache);
  }
}
