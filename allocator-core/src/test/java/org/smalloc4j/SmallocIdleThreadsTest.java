package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What idle threads keep is taken from them, and they go on as if nothing had happened. */
class SmallocIdleThreadsTest {
  private static final int BYTES = 1024;
  private static final int BLOCKS =
      64; // fewer than go into the magazine, which an overflow empties
  private static final int THREADS = 8;
  private static final long LIMIT = (long) THREADS * BLOCKS * BYTES;

  private final Smalloc heap = Smalloc.builder().regionBits(32).build();
  private final List<WaitingThread> workers = new ArrayList<>();

  @BeforeEach
  void requireThatSlabsCanBeTaken() {
    assertTrue(heap.stats().threads().takesIdle());
  }

  @AfterEach
  void endAll() {
    for (WaitingThread each : workers) {
      each.end();
    }
    heap.close();
  }

  private WaitingThread start() {
    WaitingThread worker = new WaitingThread();
    workers.add(worker);
    return worker;
  }

  private static long[] allocate(Smalloc from) {
    long[] blocks = new long[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
      blocks[i] = from.malloc(BYTES);
    }
    return blocks;
  }

  private static void free(Smalloc to, long[] blocks) {
    for (long block : blocks) {
      to.free(block);
    }
  }

  private static boolean allocateAndFree(Smalloc at) {
    free(at, allocate(at));
    return true;
  }

  @Test
  void trimGivesBackWhatAWaitingThreadKeeps() {
    start().idleAfter(() -> allocateAndFree(heap));
    assertTrue(heap.stats().heldBytes() >= BLOCKS * BYTES, heap.stats()::toString);
    assertTrue(heap.trim() >= BLOCKS * BYTES);
    AllocatorStats after = heap.stats();
    assertEquals(0, after.heldBytes(), after::toString);
    assertEquals(0, after.takenBytes(), after::toString);
    assertEquals(0, after.threads().ownedSlabs(), after::toString);
    assertEquals(1, after.threads().takenSlabs(), after::toString);
  }

  @Test
  void theThreadGoesOnWithASlabOfItsOwn() {
    WaitingThread worker = start();
    long[] live = worker.idleAfter(() -> allocate(heap));
    heap.trim();
    assertEquals(BLOCKS, heap.stats().liveBlocks());
    worker.idleAfter(
        () -> {
          free(heap, live);
          return allocateAndFree(heap);
        });
    AllocatorStats after = heap.stats();
    assertEquals(0, after.liveBlocks(), after::toString);
    assertEquals(1, after.threads().ownedSlabs(), after::toString);
    heap.trim();
    assertEquals(0, heap.stats().takenBytes());
  }

  @Test
  void blocksThatWaitInAnOutboxAreTakenToo() {
    long mine = heap.malloc(16);
    start()
        .idleAfter(
            () -> {
              heap.free(mine);
              return true;
            });
    assertEquals(1, heap.stats().threads().ownedSlabs() - 1);
    heap.trim();
    assertEquals(0, heap.stats().takenBytes());
  }

  @Test
  void anAllocationTakesWhatWaitingThreadsKeepBeforeItIsRefused() {
    try (Smalloc limited = Smalloc.builder().maxBytes(LIMIT).build()) {
      for (int i = 0; i < THREADS; i++) {
        start().idleAfter(() -> allocateAndFree(limited));
      }
      assertEquals(0, limited.stats().liveBlocks());
      free(limited, allocate(limited));
    }
  }

  @Test
  void aThreadThatWaitsForAMonitorKeepsItsSlab() throws Exception {
    // Its top frame is one of Java code, which may have loaded what it goes on with.
    WaitingThread worker = start();
    worker.idleAfter(() -> allocateAndFree(heap));
    FutureTask<Boolean> blocked = new FutureTask<>(() -> allocateAndFree(heap));
    Object monitor = new Object();
    synchronized (monitor) {
      worker.begin(
          () -> {
            blocked.run();
            synchronized (monitor) {
              allocateAndFree(heap);
            }
          });
      blocked.get();
      worker.awaitState(Thread.State.BLOCKED);
      heap.trim();
      assertEquals(0, heap.stats().threads().takenSlabs());
      assertEquals(1, heap.stats().threads().ownedSlabs());
    }
  }

  @Test
  void aThreadThatAnswersForItselfIsNotAsked() {
    class Answering extends Thread {
      private final Runnable task;

      Answering(Runnable task) {
        this.task = task;
      }

      @Override
      public void run() {
        task.run();
      }

      @Override
      public StackTraceElement[] getStackTrace() {
        throw new AssertionError("user code inside the allocator");
      }

      @Override
      public State getState() {
        return super.getState();
      }
    }

    WaitingThread worker = new WaitingThread(Answering::new);
    workers.add(worker);
    worker.idleAfter(() -> allocateAndFree(heap));
    heap.trim();
    assertNotEquals(0, heap.stats().heldBytes());
  }

  @Test
  void theCallerKeepsItsOwnSlab() {
    allocateAndFree(heap);
    heap.trim();
    assertEquals(1, heap.stats().threads().ownedSlabs());
  }

  @Test
  void aVirtualThreadTakesFromIdleOnesToo() throws InterruptedException {
    start().idleAfter(() -> allocateAndFree(heap));
    Thread.ofVirtual().start(heap::trim).join();
    assertEquals(1, heap.stats().threads().takenSlabs());
  }
}
