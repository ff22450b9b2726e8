package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.WaitingThread;

/** What an owner can do while it is asked; the handshake is played by the test. */
class RevocationTest {
  private static final int CLASS = 8;
  private static final int FIRST_OWNED = 8;

  private final OwnedFixture fixture = OwnedFixture.small();
  private final OwnedHeap heap = withHandshake(fixture.heap);

  private final WaitingThread owner = new WaitingThread();

  /** What happens in the handshake, and what it shows. */
  private BooleanSupplier handshake = () -> true;

  private OwnedHeap withHandshake(OwnedHeap other) {
    Owners owners =
        new Owners(
            other.directory(),
            FIRST_OWNED,
            false,
            thread -> thread == owner.thread() && handshake.getAsBoolean());
    return new OwnedHeap(
        other.shared(),
        other.layout(),
        other.directory(),
        owners,
        other.stash(),
        other.outbox(),
        other.transit());
  }

  private <T> T inOwner(Callable<T> action) {
    return owner.idleAfter(action);
  }

  private int ownSlab() {
    return heap.directory().own().slab;
  }

  private int allocateAndFree() {
    heap.free(SlabHeap.address(heap.allocate(CLASS)));
    return ownSlab();
  }

  @AfterEach
  void end() {
    owner.end();
    heap.held().release();
    fixture.checkAtRest(List.of());
    fixture.close();
  }

  @Test
  void anIdleOwnersSlabIsEmptyAndNobodysAfterwards() {
    int slab = inOwner(this::allocateAndFree);
    assertTrue(heap.owners().revocation().takeIdle(heap));
    assertEquals(0, heap.held().count(slab, CLASS));
    assertTrue(heap.owners().tryHold(slab), "somebody owns it");
    heap.owners().release(slab);
    assertEquals(Owners.NO_SLAB, inOwner(this::ownSlab));
  }

  @Test
  void aBusyOwnerFindsItsSlabAgain() {
    int slab = inOwner(this::allocateAndFree);
    handshake = () -> false;
    assertFalse(heap.owners().revocation().takeIdle(heap));
    assertEquals(slab, inOwner(this::allocateAndFree));
    assertEquals(1, heap.owners().countOwned());
    assertEquals(0, heap.owners().revocation().taken());
  }

  @Test
  void anOwnerThatWasBusyOnceIsTakenFromWhenItIsIdle() {
    int slab = inOwner(this::allocateAndFree);
    handshake = () -> false;
    assertFalse(heap.owners().revocation().takeIdle(heap));
    handshake = () -> true;
    assertTrue(heap.owners().revocation().takeIdle(heap));
    assertEquals(0, heap.held().count(slab, CLASS));
  }

  @Test
  void anOwnerThatWakesUpBeforeTheCommitKeepsItsSlab() {
    int slab = inOwner(this::allocateAndFree);
    handshake = () -> inOwner(this::allocateAndFree) == slab;
    assertFalse(heap.owners().revocation().takeIdle(heap));
    assertEquals(slab, inOwner(this::ownSlab));
    assertNotEquals(0, heap.held().count(slab, CLASS));
  }

  @Test
  void anOwnerThatReleasesItsCacheBeforeTheCommitHasLeft() {
    int slab = inOwner(this::allocateAndFree);
    handshake =
        () ->
            inOwner(
                () -> {
                  heap.releaseThreadCache();
                  return true;
                });
    assertFalse(heap.owners().revocation().takeIdle(heap));
    assertTrue(heap.owners().tryHold(slab), "somebody owns it");
    heap.owners().release(slab);
    assertEquals(0, heap.held().count(slab, CLASS));
  }

  @Test
  void anOwnerThatIsAskedAndReleasesWhatItHoldsReleasesItAll() {
    int slab = inOwner(this::allocateAndFree);
    handshake = () -> false;
    heap.owners().revocation().takeIdle(heap);
    inOwner(
        () -> {
          heap.held().release();
          return true;
        });
    assertEquals(0, heap.held().count(slab, CLASS));
  }

  @Test
  void nobodyElseGetsTheSlabWhileItsOwnerIsAsked() {
    int slab = inOwner(this::allocateAndFree);
    handshake =
        () -> {
          assertNotEquals(slab, fixture.inOtherThread(this::allocateAndFree));
          assertFalse(heap.owners().tryHold(slab));
          assertFalse(heap.owners().tryTakeFromTheDead(slab));
          assertEquals(1, heap.owners().countOwned());
          return false;
        };
    heap.owners().revocation().takeIdle(heap);
    assertEquals(slab, inOwner(this::allocateAndFree));
  }

  @Test
  void aSecondRevokerLeavesAnOwnerAloneThatIsAsked() {
    int slab = inOwner(this::allocateAndFree);
    BooleanSupplier first =
        () -> !fixture.inOtherThread(() -> heap.owners().revocation().takeIdle(heap));
    handshake = first;
    assertTrue(heap.owners().revocation().takeIdle(heap));
    assertEquals(1, heap.owners().revocation().taken());
    assertEquals(0, heap.held().count(slab, CLASS));
  }

  @Test
  void anErrorInTheHandshakeLeavesTheSlabToItsOwner() {
    int slab = inOwner(this::allocateAndFree);
    handshake =
        () -> {
          throw new IllegalStateException("in the handshake");
        };
    assertThrows(IllegalStateException.class, () -> heap.owners().revocation().takeIdle(heap));
    assertEquals(slab, inOwner(this::allocateAndFree));
  }

  @Test
  void anOwnerThatLivesIsFoundByItsNextOperationWhereverItsSlabWent() {
    int slab = inOwner(this::allocateAndFree);
    heap.owners().revocation().takeIdle(heap);
    int adopter = allocateAndFree();
    assertEquals(slab, adopter);
    assertNotEquals(slab, inOwner(this::allocateAndFree));
    assertEquals(slab, ownSlab());
  }

  @Test
  void idleOwnersAreNotLookedForAgainAtOnceByRefusedAllocations() {
    inOwner(this::allocateAndFree);
    int[] asked = {0};
    handshake =
        () -> {
          asked[0]++;
          return false;
        };
    long start = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      heap.owners().revocation().takeIdleIfDue(heap, Held.ALL_SLABS);
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(asked[0] >= 1 && asked[0] <= 2 * (millis + 1), () -> asked[0] + " in ms " + millis);
  }

  @Test
  void anOwnerThatRunsIsNotAskedByAnAllocationThatCanGrow() throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    handshake = () -> asked.incrementAndGet() < 0;
    allocateAndFree(); // so that this thread owns a slab
    CountDownLatch hasFreed = new CountDownLatch(1);
    AtomicBoolean isToWait = new AtomicBoolean();
    owner.begin(
        () -> {
          allocateManyAndFree();
          hasFreed.countDown();
          while (!isToWait.get()) {
            Thread.onSpinWait();
          }
        });
    hasFreed.await();
    OwnedFixture.letOwnersBeIdle(heap); // as far as its words tell
    allocateManyAndFree();
    int askedWhileItRan = asked.get();
    isToWait.set(true);
    assertEquals(0, askedWhileItRan);
    owner.awaitState(Thread.State.WAITING);
    heap.held().release();
    List<Long> more = new ArrayList<>();
    while (asked.get() == 0) {
      more.add(SlabHeap.address(heap.allocate(CLASS))); // as many as there are, and one that grows
    }
    more.forEach(heap::free);
  }

  private void allocateManyAndFree() {
    List<Long> many = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      many.add(SlabHeap.address(heap.allocate(CLASS)));
    }
    many.forEach(heap::free);
  }
}
