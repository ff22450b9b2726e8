package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.smalloc4j.internal.os.NativeThread;

/** Slabs that are owned by the native threads under virtual ones. */
@EnabledOnOs(OS.LINUX)
class CarriersTest {
  private static final int CLASS = 8;

  private final OwnedFixture fixture = OwnedFixture.withCarriers();
  private final OwnedHeap heap = fixture.heap;

  @AfterEach
  void release() {
    fixture.checkAtRest(List.of());
    fixture.close();
  }

  private int allocateAndTellSlab() {
    heap.free(fixture.allocate(CLASS));
    return fixture.ownSlab();
  }

  @Test
  void aVirtualThreadUsesTheSlabOfItsCarrier() {
    int slab = fixture.inVirtualThread(this::allocateAndTellSlab);
    assertNotEquals(Owners.NO_SLAB, slab);
    assertTrue(heap.owners().isOwnable(slab));
  }

  @Test
  void theCarrierKeepsItsSlabForTheNextVirtualThread() throws Exception {
    Set<Integer> slabs = new HashSet<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    int slab = allocateAndTellSlab();
                    synchronized (slabs) {
                      slabs.add(slab);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(slabs.size() <= Runtime.getRuntime().availableProcessors(), slabs::toString);
  }

  @Test
  void onAHeapWithALimitNoCarrierOwns() throws Exception {
    Region region = Region.reserve(HeapFixture.OS, 28);
    OwnedHeap limited = OwnedHeap.in(region, new MemoryLimit(1 << 20), 2, true);
    int slab =
        fixture.inVirtualThread(
            () -> {
              limited.free(SlabHeap.address(limited.allocate(CLASS)));
              return limited.directory().own().slab;
            });
    assertEquals(Owners.NO_SLAB, slab);
    limited.release();
  }

  @Test
  void aPlatformThreadAndACarrierNeverHaveTheSameId() {
    long id = fixture.inVirtualThread(CarriersTest::numberOfTheCarrier);
    assertTrue(id < 0);
    assertEquals(NativeThread.NO_NUMBER, fixture.inOtherThread(NativeThread::number));
  }

  private static long numberOfTheCarrier() {
    assertTrue(NativeThread.prepare());
    return NativeThread.numberOrNew();
  }

  @Test
  void aNumberIsNotGivenTwiceThoughAnEndedThreadsPlaceIs() {
    assertTrue(NativeThread.prepare());
    Set<Long> numbers = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      assertTrue(numbers.add(fixture.inOtherThread(NativeThread::numberOrNew)));
    }
  }

  @Test
  void aThreadIsAliveUntilItsEnd() throws Exception {
    assertTrue(NativeThread.prepare());
    CountDownLatch end = new CountDownLatch(1);
    List<Integer> ids = new ArrayList<>();
    CountDownLatch told = new CountDownLatch(1);
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  ids.add(NativeThread.kernelId());
                  told.countDown();
                  await(end);
                });
    told.await();
    assertTrue(NativeThread.isAlive(ids.getFirst()));
    end.countDown();
    thread.join();
    while (NativeThread.isAlive(ids.getFirst())) {
      Thread.onSpinWait(); // between the end of the Java thread and that of the native one
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
