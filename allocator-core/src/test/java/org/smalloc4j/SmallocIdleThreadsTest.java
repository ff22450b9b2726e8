package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TransferQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What idle threads keep is taken from them, and they go on as if nothing had happened. */
class SmallocIdleThreadsTest {
  private static final int BYTES = 1024;
  private static final int BLOCKS = 128;
  private static final long LIMIT = 1 << 20;

  private final Smalloc heap = Smalloc.builder().regionBits(32).build();
  private final List<Worker> workers = new ArrayList<>();

  /** A thread that does what it is told, and waits for it in between. */
  private static final class Worker {
    private final TransferQueue<Runnable> tasks = new LinkedTransferQueue<>();
    private final Thread thread;
    private boolean isToEnd;

    Worker(Thread.Builder kind) {
      thread = kind.start(this::run);
    }

    Worker(Thread unstarted) {
      thread = unstarted;
    }

    void run() {
      while (!isToEnd) {
        try {
          tasks.take().run();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }

    /** Has something done, and returns when the thread waits for the next task. */
    <T> T idleAfter(Supplier<T> action) throws Exception {
      FutureTask<T> task = new FutureTask<>(action::get);
      tasks.add(task);
      T result = task.get();
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      return result;
    }

    void end() throws InterruptedException {
      tasks.add(() -> isToEnd = true);
      thread.join();
    }
  }

  @BeforeEach
  void requireThatSlabsCanBeTaken() {
    assertTrue(heap.stats().threads().takesIdle());
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (Worker each : workers) {
      each.end();
    }
    heap.close();
  }

  private Worker start() {
    Worker worker = new Worker(Thread.ofPlatform());
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
  void trimGivesBackWhatAWaitingThreadKeeps() throws Exception {
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
  void theThreadGoesOnWithASlabOfItsOwn() throws Exception {
    Worker worker = start();
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
  void blocksThatWaitInAnOutboxAreTakenToo() throws Exception {
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
  void anAllocationTakesWhatWaitingThreadsKeepBeforeItIsRefused() throws Exception {
    try (Smalloc limited = Smalloc.builder().maxBytes(LIMIT).build()) {
      for (int i = 0; i < 8; i++) {
        start().idleAfter(() -> allocateAndFree(limited));
      }
      assertEquals(0, limited.stats().liveBlocks());
      free(limited, allocate(limited));
    }
  }

  @Test
  void aThreadThatWaitsWithinACallOfAnotherNativeKeepsItsSlab() throws Exception {
    // Its top frame is not one of those that are known to wait.
    Worker worker = start();
    worker.idleAfter(() -> allocateAndFree(heap));
    FutureTask<Boolean> blocked = new FutureTask<>(() -> allocateAndFree(heap));
    Object monitor = new Object();
    synchronized (monitor) {
      worker.tasks.add(
          () -> {
            blocked.run();
            synchronized (monitor) {
              allocateAndFree(heap);
            }
          });
      blocked.get();
      while (worker.thread.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
      heap.trim();
      assertEquals(0, heap.stats().threads().takenSlabs());
      assertEquals(1, heap.stats().threads().ownedSlabs());
    }
  }

  @Test
  void aThreadThatAnswersForItselfIsNotAsked() throws Exception {
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

    Worker[] itself = new Worker[1];
    Worker worker = new Worker(new Answering(() -> itself[0].run()));
    itself[0] = worker;
    workers.add(worker);
    worker.thread.start();
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
  void aVirtualThreadTakesFromIdleOnesToo() throws Exception {
    start().idleAfter(() -> allocateAndFree(heap));
    Thread.ofVirtual().start(heap::trim).join();
    assertEquals(1, heap.stats().threads().takenSlabs());
  }
}
