package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharersTest {
  private static final int ENTRIES = 1024;

  private final Sharers sharers = new Sharers();
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Thread> started = new ArrayList<>();

  @AfterEach
  void endAll() throws InterruptedException {
    end.countDown();
    for (Thread thread : started) {
      thread.join();
    }
  }

  /** Starts threads of one first entry, which live until {@link #end}. */
  private List<Owner> liveOfOneEntry(int count) {
    List<Owner> owners = new ArrayList<>();
    long entry = Thread.ofPlatform().unstarted(() -> {}).threadId() % ENTRIES;
    while (owners.size() < count) {
      Thread thread = Thread.ofPlatform().unstarted(this::awaitEnd);
      if (thread.threadId() % ENTRIES == entry) {
        thread.start();
        started.add(thread);
        owners.add(new Owner(thread));
      }
    }
    return owners;
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aThreadIsFoundByItsIdUntilItIsRemoved() {
    Owner owner = liveOfOneEntry(1).getFirst();
    assertNull(sharers.find(owner.id()));
    sharers.add(owner);
    assertSame(owner, sharers.find(owner.id()));
    assertEquals(1, sharers.count());
    sharers.remove(owner);
    assertNull(sharers.find(owner.id()));
    assertEquals(0, sharers.count());
  }

  @Test
  void eachRefusalCountsAndTheThreadOnce() {
    Owner owner = liveOfOneEntry(1).getFirst();
    sharers.add(owner);
    sharers.add(owner);
    assertEquals(2, sharers.refusals());
    assertEquals(1, sharers.count());
  }

  @Test
  void aSecondThreadOfAnEntryHasOneOfItsOwn() {
    List<Owner> two = liveOfOneEntry(2);
    two.forEach(sharers::add);
    assertSame(two.getFirst(), sharers.find(two.getFirst().id()));
    assertSame(two.getLast(), sharers.find(two.getLast().id()));
    assertEquals(2, sharers.count());
    sharers.remove(two.getLast());
    assertSame(two.getFirst(), sharers.find(two.getFirst().id()));
    assertEquals(1, sharers.count());
  }

  @Test
  void anEntryOfADeadThreadIsFree() throws InterruptedException {
    List<Owner> dead = liveOfOneEntry(1);
    sharers.add(dead.getFirst());
    endAll();
    assertEquals(0, sharers.count());
    Owner next = liveOfOneEntry(1).getFirst();
    assertTrue(sharers.hasRoom(next.id()));
    sharers.add(next);
    assertSame(next, sharers.find(next.id()));
  }

  @Test
  void aThreadWhoseEntriesAreTakenHasNoRoomAndIsNotCounted() {
    List<Owner> two = liveOfOneEntry(2);
    two.forEach(sharers::add);
    long third = two.getLast().id() + (long) ENTRIES * ENTRIES;
    assertFalse(sharers.hasRoom(third));
    assertNull(sharers.find(third));
    assertEquals(2, sharers.count());
  }
}
