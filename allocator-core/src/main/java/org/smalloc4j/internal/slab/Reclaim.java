package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.SizeClass;

/**
 * Gives the memory of freed slots of all classes back: for a trim, and for an allocation that a
 * limit would refuse. One thread at a time per heap; malloc and free go on, but do not see a freed
 * list while it is sorted: a malloc that would find nothing else waits for it.
 */
final class Reclaim {
  private static final long MOST_WAIT_NANOS = 10_000_000L;

  /** How long nobody looks after the dead again: that takes a look at each owner. */
  private static final long PAUSE_NANOS = 1_000_000L;

  /** Held by the thread that reclaims; guards what follows it. */
  private final AtomicBoolean isRunning = new AtomicBoolean();

  private final Purge purge;
  private final ListTrim listTrim;

  /** Racy: two threads that see an old one both look. */
  private long deadLookedAt = System.nanoTime() - PAUSE_NANOS;

  /** Creates what reclaims the memory of a heap. */
  Reclaim(SlabHeap shared, LargeBlocks large) {
    purge = new Purge(shared.words(), large, shared.region().os());
    listTrim = new ListTrim(large, shared.region().os());
  }

  /**
   * Reclaims what there is; waits for its turn.
   *
   * @return bytes that were resident and no longer are
   * @throws IllegalStateException if a freed slot's link was overwritten; the slots behind it are
   *     given up, all else has been reclaimed
   */
  @SuppressWarnings("ThreadPriorityCheck") // who yields waits for a thread that may want this core
  long all(OwnedHeap heap) {
    while (!isRunning.compareAndSet(false, true)) {
      Thread.yield();
    }
    purge.count(true);
    return runAndEnd(heap);
  }

  /**
   * Reclaims what there is for an allocation that is about to be refused, or lets another thread do
   * so, for 10 ms at the most.
   *
   * @throws IllegalStateException as {@link #all}
   */
  void forRefused(OwnedHeap heap) {
    heap.releaseHeldSlots(isTimeForTheDead());
    if (isRunning.compareAndSet(false, true)) {
      purge.count(false);
      runAndEnd(heap);
    } else {
      waitForTheOther();
    }
  }

  private boolean isTimeForTheDead() {
    long now = System.nanoTime();
    boolean isTime = now - deadLookedAt >= PAUSE_NANOS;
    deadLookedAt = isTime ? now : deadLookedAt;
    return isTime;
  }

  @SuppressWarnings("ThreadPriorityCheck") // as above
  private void waitForTheOther() {
    long start = System.nanoTime();
    while (isRunning.get() && System.nanoTime() - start < MOST_WAIT_NANOS) {
      Thread.yield();
    }
  }

  private long runAndEnd(OwnedHeap heap) {
    heap.transit().begin();
    IllegalStateException damage;
    long bytes;
    try {
      run(heap);
      damage = takeDamage();
      bytes = purge.takeBytesGivenBack() + listTrim.takeBytesGivenBack();
    } finally {
      heap.transit().end();
      isRunning.set(false);
    }
    if (damage != null) {
      throw damage;
    }
    return bytes;
  }

  private void run(OwnedHeap heap) {
    SharedWords words = heap.shared().words();
    for (int c = SizeClass.SMALLEST; c <= words.layout().largestClass(); c++) {
      for (long slabs = words.inUse().of(c); slabs != 0; slabs &= slabs - 1) {
        int slab = Long.numberOfTrailingZeros(slabs);
        if (!words.isEmpty(slab, c)) {
          run(heap, slab, c);
        }
      }
    }
    Annex annex = heap.shared().annex();
    for (int slab = 0; annex != null && slab < annex.slabs(); slab++) {
      listTrim.trim(annex.words(), slab, annex.classOf(slab));
    }
  }

  private void run(OwnedHeap heap, int slab, int sizeClass) {
    SharedWords words = heap.shared().words();
    boolean isHeld = heap.owners().tryHold(slab);
    boolean hasFallen =
        words.sorted().exist()
            ? purge.purge(slab, sizeClass)
            : listTrim.trim(words, slab, sizeClass);
    // Its own is looked up each time: a virtual thread may have changed its carrier.
    if (hasFallen && (isHeld || slab == heap.directory().own().slab)) {
      heap.forgetRun(slab, sizeClass);
    }
    if (isHeld) {
      heap.owners().release(slab);
    }
  }

  private @Nullable IllegalStateException takeDamage() {
    IllegalStateException ofList = listTrim.takeDamage();
    IllegalStateException damage = purge.takeDamage();
    return damage == null ? ofList : damage;
  }
}
