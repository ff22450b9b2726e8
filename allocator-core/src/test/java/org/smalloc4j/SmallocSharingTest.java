package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.smalloc4j.AllocatorStats.ThreadStats;

/** Statistics say when more threads allocate than there are slabs. */
@ExtendWith(OutOfMemoryFails.class)
class SmallocSharingTest {
  private static final int BEYOND = 5;

  /** More calls than a thread makes, by any odds, until it looks for a slab again. */
  private static final int CALLS = 100_000;

  private final Smalloc heap = Smalloc.builder().regionBits(30).build();
  private final int slabs = heap.stats().threads().ownableSlabs();
  private final List<LiveThread> live = new ArrayList<>();

  /** A thread that does one thing after the other. */
  private final class LiveThread {
    private final CountDownLatch next = new CountDownLatch(1);
    private final FutureTask<Object> first;
    private final FutureTask<Object> second;
    private final Thread thread;

    LiveThread(Callable<Object> second) {
      this.first = new FutureTask<>(SmallocSharingTest.this::pair);
      this.second = new FutureTask<>(second);
      this.thread = Thread.ofPlatform().start(this::run);
    }

    private void run() {
      first.run();
      try {
        next.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      second.run();
    }

    Object end() throws Exception {
      next.countDown();
      thread.join();
      return second.get();
    }
  }

  @AfterEach
  void close() throws Exception {
    endAll();
    heap.close();
  }

  private Object pair() {
    heap.free(heap.malloc(100));
    return "";
  }

  private LiveThread start(Callable<Object> second) throws Exception {
    LiveThread started = new LiveThread(second);
    live.add(started);
    started.first.get();
    return started;
  }

  private void start(int threads) throws Exception {
    for (int i = 0; i < threads; i++) {
      start(() -> "");
    }
  }

  private void endAll() throws Exception {
    for (LiveThread each : live) {
      each.end();
    }
    live.clear();
  }

  private ThreadStats figures() {
    return heap.stats().threads();
  }

  /** Nothing has been taken from an idle thread. */
  private ThreadStats expected(
      int ownableSlabs, int ownedSlabs, int sharingThreads, long refusals) {
    boolean takesIdle = figures().takesIdle();
    return new ThreadStats(ownableSlabs, ownedSlabs, sharingThreads, refusals, takesIdle, 0);
  }

  /** The refusals are those at least: a thread may have looked again. */
  private void assertFigures(int ownedSlabs, int sharingThreads, long refusals) {
    ThreadStats now = figures();
    assertEquals(expected(slabs, ownedSlabs, sharingThreads, now.refusals()), now);
    assertTrue(now.refusals() >= refusals, now::toString);
  }

  @Test
  void nobodyOwnsASlabOfAnUnusedHeap() {
    assertEquals(expected(slabs, 0, 0, 0), figures());
    assertTrue(slabs >= 48 && slabs <= 60, figures()::toString);
  }

  @Test
  void eachLiveThreadThatAllocatesOwnsASlabWhileItLives() throws Exception {
    start(3);
    assertEquals(expected(slabs, 3, 0, 0), figures());
    endAll();
    assertEquals(expected(slabs, 0, 0, 0), figures());
  }

  @Test
  void aThreadThatReleasesItsCacheOwnsNone() throws Exception {
    pair();
    assertEquals(1, figures().ownedSlabs());
    heap.releaseThreadCache();
    assertEquals(expected(slabs, 0, 0, 0), figures());
  }

  @Test
  void threadsBeyondTheSlabsAreCountedOnceEach() throws Exception {
    start(slabs + BEYOND);
    assertFigures(slabs, BEYOND, BEYOND);
    for (int i = 0; i < 1_000; i++) {
      pair();
    }
    assertEquals(BEYOND + 1, figures().sharingThreads());
  }

  @Test
  void refusalsRiseWhileAThreadGoesOnWithoutASlab() throws Exception {
    start(slabs);
    pair();
    long before = figures().refusals();
    assertTrue(before > 0);
    for (int calls = 0; figures().refusals() == before && calls < CALLS; calls++) {
      pair();
    }
    assertTrue(figures().refusals() > before);
  }

  @Test
  void aThreadThatHasEndedSharesNothing() throws Exception {
    start(slabs + BEYOND);
    endAll();
    assertFigures(0, 0, BEYOND);
  }

  @Test
  void aThreadThatGetsASlabInTheEndIsNotCountedAnyMore() throws Exception {
    start(slabs);
    LiveThread last = start(() -> figuresOnceItOwnsASlab());
    live.removeLast();
    assertEquals(1, figures().sharingThreads());
    endAll();
    last.end();
    ThreadStats seen = (ThreadStats) last.second.get();
    assertEquals(1, seen.ownedSlabs(), seen::toString);
    assertEquals(0, seen.sharingThreads(), seen::toString);
  }

  @Test
  void aThreadBesideOwnersThatWaitForLongGetsTheSlabOfOneOfThem() throws Exception {
    start(slabs);
    for (int calls = 0; figures().takenSlabs() == 0 && calls < CALLS; calls++) {
      pair();
    }
    assertEquals(1, figures().takenSlabs());
    assertEquals(slabs, figures().ownedSlabs());
    assertEquals(0, figures().sharingThreads());
  }

  private ThreadStats figuresOnceItOwnsASlab() {
    for (int calls = 0; figures().ownedSlabs() == 0 && calls < CALLS; calls++) {
      pair();
    }
    return figures();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theCarrierOfAVirtualThreadIsAnOwner() throws Exception {
    Thread.ofVirtual().start(this::pair).join();
    assertEquals(expected(slabs, 1, 0, 0), figures());
  }

  @Test
  void lawsHoldWhileThreadsComeAndGo() throws Exception {
    new Crowd(16)
        .runBeside(
            () -> {
              ThreadStats now = figures();
              assertTrue(0 <= now.ownedSlabs() && now.ownedSlabs() <= slabs, now::toString);
              assertTrue(
                  0 <= now.sharingThreads() && now.sharingThreads() <= now.refusals(),
                  now::toString);
            },
            3 * slabs,
            Crowd.MIXED,
            (_, random) -> {
              for (int i = 0; i < 100 + random.nextInt(1_000); i++) {
                pair();
              }
            });
  }

  @Test
  void nothingIsOwnedWhereThereIsNothingToOwn() {
    try (Smalloc shared = Smalloc.builder().regionBits(30).ownedSlabs(false).build()) {
      shared.free(shared.malloc(100));
      assertEquals(ThreadStats.NONE, shared.stats().threads());
    }
  }
}
