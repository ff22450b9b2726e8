package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.address.RegionLayout;

class OwnersTest {
  private static final int CLASS = 8;
  private static final int TWO_PROCESSORS_HOMES = 8;
  private static final int OWNED_SLABS = RegionLayout.SLABS - TWO_PROCESSORS_HOMES;

  private final OwnedFixture fixture = OwnedFixture.small();
  private final OwnedHeap heap = fixture.heap;
  private final Semaphore end = new Semaphore(0);
  private final List<Thread> kept = new ArrayList<>();

  @AfterEach
  void release() throws InterruptedException {
    endThoseKept();
    fixture.checkAtRest(List.of());
    fixture.close();
  }

  private int allocateAndTellSlab() {
    heap.free(fixture.allocate(CLASS));
    return fixture.ownSlab();
  }

  /** Does something in a new thread, which stays alive until {@link #end}. */
  private <T> FutureTask<T> startAndKeep(Callable<T> action) {
    FutureTask<T> task = new FutureTask<>(action);
    startAndKeep(Thread.ofPlatform().unstarted(() -> keepAlive(task)));
    return task;
  }

  private void startAndKeep(Thread thread) {
    kept.add(thread);
    thread.start();
  }

  private void keepAlive(FutureTask<?> task) {
    task.run();
    end.acquireUninterruptibly();
  }

  private void endThoseKept() throws InterruptedException {
    end.release(kept.size());
    for (Thread thread : kept) {
      thread.join();
    }
    kept.clear();
  }

  @Test
  void aThreadKeepsItsSlab() {
    int slab = allocateAndTellSlab();
    assertTrue(slab >= TWO_PROCESSORS_HOMES && slab < RegionLayout.SLABS);
    assertEquals(slab, allocateAndTellSlab());
  }

  @Test
  void aThreadThatOnlyFreesOwnsASlabToo() {
    long p = fixture.inVirtualThread(() -> fixture.allocate(CLASS));
    assertEquals(Owners.NO_SLAB, fixture.ownSlab());
    heap.free(p);
    assertNotEquals(Owners.NO_SLAB, fixture.ownSlab());
    assertEquals(1, heap.outbox().count(fixture.ownSlab(), CLASS));
  }

  @Test
  void aVirtualThreadWhoseCarrierOwnsNothingUsesTheHomes() {
    assertEquals(Owners.NO_SLAB, fixture.inVirtualThread(this::allocateAndTellSlab));
    long p = fixture.inVirtualThread(() -> fixture.allocate(CLASS));
    assertTrue(fixture.region.slabOf(p) < TWO_PROCESSORS_HOMES);
    heap.free(p);
  }

  @Test
  void aDeadOwnersSlabIsAdoptedWithAllItHolds() {
    Set<Long> freed =
        fixture.inOtherThread(
            () -> {
              List<Long> slots = fixture.allocate(CLASS, 30);
              slots.forEach(heap::free);
              return new HashSet<>(slots);
            });
    Set<Long> taken = fixture.inOtherThread(() -> new HashSet<>(fixture.allocate(CLASS, 30)));
    assertEquals(freed, taken);
    taken.forEach(heap::free);
  }

  @Test
  void aDeadOwnersSlabIsPreferredToAVacantOne() {
    int first = fixture.inOtherThread(this::allocateAndTellSlab);
    assertEquals(first, fixture.inOtherThread(this::allocateAndTellSlab));
  }

  @Test
  void aLiveOwnersSlabIsLeftAlone() throws Exception {
    int other = startAndKeep(this::allocateAndTellSlab).get();
    assertNotEquals(other, allocateAndTellSlab());
  }

  private Set<Integer> ownAllSlabs() throws Exception {
    Set<Integer> slabs = new HashSet<>();
    for (int i = 0; i < OWNED_SLABS; i++) {
      assertTrue(slabs.add(startAndKeep(this::allocateAndTellSlab).get()), "two owners of a slab");
    }
    return slabs;
  }

  @Test
  void moreThreadsThanSlabsAreServedByTheSharedWords() throws Exception {
    assertEquals(OWNED_SLABS, ownAllSlabs().size());
    assertEquals(Owners.NO_SLAB, allocateAndTellSlab());
    long p = fixture.allocate(CLASS);
    assertTrue(fixture.region.slabOf(p) < TWO_PROCESSORS_HOMES);
    heap.free(p);
  }

  @Test
  void aThreadThatWasRefusedGetsASlabOnceOneIsFree() throws Exception {
    ownAllSlabs();
    assertEquals(Owners.NO_SLAB, allocateAndTellSlab());
    endThoseKept();
    assertTrue(callsUntilASlab() < 1500, "calls until the thread tried again");
  }

  private int callsUntilASlab() {
    int calls = 0;
    while (fixture.ownSlab() == Owners.NO_SLAB && calls < 200) {
      heap.free(fixture.allocate(CLASS));
      calls++;
    }
    return calls;
  }

  @Test
  void twoLiveThreadsWithOneFirstEntryHaveASlabEach() throws Exception {
    int slab = startAndKeep(this::allocateAndTellSlab).get();
    Thread first = kept.getFirst();
    assertNotEquals(Owners.NO_SLAB, slab);
    int second = inThreadOfTheSameEntry(first, this::allocateAndTellSlab);
    assertNotEquals(Owners.NO_SLAB, second);
    assertNotEquals(slab, second);
  }

  @Test
  void aThreadWhoseEntriesAreBothInUseWaitsForOneOfThem() throws Exception {
    FutureTask<Integer> task =
        new FutureTask<>(
            () -> {
              assertEquals(Owners.NO_SLAB, allocateAndTellSlab());
              endThoseKept();
              return callsUntilASlab();
            });
    Thread thread = Thread.ofPlatform().unstarted(task);
    for (int entry :
        List.of(
            Directory.firstEntry(thread.threadId()), Directory.secondEntry(thread.threadId()))) {
      FutureTask<Integer> other = new FutureTask<>(this::allocateAndTellSlab);
      startAndKeep(threadOf(entry, () -> keepAlive(other)));
      assertNotEquals(Owners.NO_SLAB, other.get());
    }
    thread.start();
    assertTrue(task.get() < 1500, "calls until the thread tried again");
  }

  @Test
  void aDirectoryEntryThatADeadThreadLeftIsNotInUse() throws Exception {
    Thread dead =
        fixture.inOtherThread(
            () -> {
              allocateAndTellSlab();
              return Thread.currentThread();
            });
    int adopted = startAndKeep(this::allocateAndTellSlab).get();
    int slab = inThreadOfTheSameEntry(dead, this::allocateAndTellSlab);
    assertNotEquals(Owners.NO_SLAB, slab);
    assertNotEquals(adopted, slab);
  }

  private static <T> T inThreadOfTheSameEntry(Thread other, Callable<T> action) throws Exception {
    FutureTask<T> task = new FutureTask<>(action);
    threadOf(Directory.firstEntry(other.threadId()), task).start();
    return task.get();
  }

  /** Makes a thread that finds its slab in an entry of the directory. */
  private static Thread threadOf(int entry, Runnable task) {
    Thread thread = Thread.ofPlatform().unstarted(task);
    while (Directory.firstEntry(thread.threadId()) != entry) {
      thread = Thread.ofPlatform().unstarted(task);
    }
    return thread;
  }

  @Test
  void aHeapWithoutOwnedSlabsHasNoOwners() {
    Owners nobody = new Owners(heap.directory(), RegionLayout.SLABS, true);
    assertFalse(nobody.canOwn(Thread.currentThread()));
  }
}
