package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;

/**
 * Gives the memory of freed slots of all classes back, those included that the calling thread, dead
 * ones and idle ones hold: for a trim, and for an allocation that a limit would refuse. One thread
 * at a time per heap; malloc and free go on, but do not see a freed list while it is sorted: a
 * malloc that would find nothing else waits for it.
 */
final class Reclaim {
  private static final long MOST_WAIT_NANOS = 10_000_000L;

  /** How long nobody looks after dead and idle owners again: that takes a look at each of them. */
  private static final long PAUSE_NANOS = 1_000_000L;

  /** Held by the thread that reclaims; guards what follows it. */
  private final AtomicBoolean isRunning = new AtomicBoolean();

  private final Purge purge;
  private final ListTrim listTrim;

  /** Whether what is free now is kept until the next tick. */
  private boolean isTick;

  private long othersLookedAt = System.nanoTime() - PAUSE_NANOS;

  /** Creates what reclaims the memory of a heap. */
  Reclaim(SlabHeap shared, StashDrain drain, LargeBlocks large) {
    purge = new Purge(shared.words(), drain, large, shared.region().os());
    listTrim = new ListTrim(large, shared.region().os());
  }

  /**
   * Reclaims what there is; waits for its turn.
   *
   * @param last what ticks have kept; null if there was none
   * @return bytes that were resident and no longer are
   * @throws IllegalStateException if a freed slot's link was overwritten, and the slots behind it
   *     are given up, or if one was freed twice; all else has been reclaimed
   */
  long all(OwnedHeap heap, @Nullable LastTick last) {
    waitForTurn(Long.MAX_VALUE);
    isTick = false;
    purge.count(true);
    return runAndEnd(heap, true, last);
  }

  /**
   * Reclaims what there is for an allocation that is about to be refused, unless its turn does not
   * come for 10 ms.
   *
   * @throws IllegalStateException as {@link #all}
   */
  void forRefused(OwnedHeap heap) {
    if (waitForTurn(MOST_WAIT_NANOS)) {
      purge.count(false);
      runAndEnd(heap, isTimeForOthers(), null);
    }
  }

  /**
   * Reclaims as {@link #forRefused}, also what threads keep that were looked at a moment ago.
   *
   * @throws IllegalStateException as {@link #all}
   */
  void forRetried(OwnedHeap heap) {
    if (waitForTurn(MOST_WAIT_NANOS)) {
      purge.count(false);
      runAndEnd(heap, true, null);
    }
  }

  /**
   * Reclaims what was free at the last tick and has not been handed out since; waits for its turn.
   *
   * @throws IllegalStateException as {@link #all}
   */
  void tick(OwnedHeap heap, LastTick last) {
    waitForTurn(Long.MAX_VALUE);
    isTick = true;
    purge.count(false);
    runAndEnd(heap, true, last);
  }

  @SuppressWarnings("ThreadPriorityCheck") // who yields waits for a thread that may want this core
  private boolean waitForTurn(long mostNanos) {
    long start = 0;
    while (!isRunning.compareAndSet(false, true)) {
      long now = System.nanoTime();
      start = start == 0 ? now : start;
      if (now - start > mostNanos) {
        return false;
      }
      Thread.yield();
    }
    return true;
  }

  private boolean isTimeForOthers() {
    long now = System.nanoTime();
    boolean isTime = now - othersLookedAt >= PAUSE_NANOS;
    othersLookedAt = isTime ? now : othersLookedAt;
    return isTime;
  }

  private long runAndEnd(OwnedHeap heap, boolean ofOthers, @Nullable LastTick last) {
    heap.transit().begin();
    IllegalStateException damage;
    long bytes;
    try {
      run(heap, heap.shared().words(), ofOthers, last);
      trimAnnex(heap.shared().annex(), last);
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

  private void run(OwnedHeap heap, SharedWords words, boolean ofOthers, @Nullable LastTick last) {
    if (ofOthers) {
      takeIdle(heap, last);
    }
    long held = 0;
    if (words.sorted().exist()) {
      held = heap.held().handBack(ofOthers);
    } else {
      listTrim.noteDamage(heap.held().giveAll(ofOthers));
    }
    for (long slabs = words.inUse().ofAnyClass() | held; slabs != 0; slabs &= slabs - 1) {
      int slab = Long.numberOfTrailingZeros(slabs);
      // Nobody adopts it meanwhile.
      boolean isHeld = (held >>> slab & 1) != 0 || heap.owners().tryHold(slab);
      for (int c = SizeClass.SMALLEST; c <= words.layout().largestClass(); c++) {
        if (words.inUse().contains(slab, c)) {
          run(heap, slab, c, isHeld, last);
        }
      }
      if (isHeld) {
        heap.owners().release(slab);
      }
    }
  }

  private void takeIdle(OwnedHeap heap, @Nullable LastTick last) {
    Revocation revocation = heap.owners().revocation();
    try {
      if (last == null || !isTick) {
        revocation.takeIdle(heap);
      } else {
        last.noteTaken(0);
        last.noteTaken(revocation.takeIdle(heap, last.unused(heap)));
      }
    } catch (IllegalStateException met) {
      listTrim.noteDamage(met);
    }
  }

  private void run(
      OwnedHeap heap, int slab, int sizeClass, boolean isHeld, @Nullable LastTick last) {
    SharedWords words = heap.shared().words();
    // Its own is looked up each time: a virtual thread may have changed its carrier.
    boolean isMine = isHeld || slab == heap.directory().own().slab;
    boolean hasStash = isMine && heap.layout().isOwned(sizeClass);
    boolean hasFallen;
    if (words.sorted().exist()) {
      OwnedSlab own = hasStash ? heap.directory().slab(slab) : OwnedSlab.NONE;
      hasFallen = purge(slab, sizeClass, own, last);
    } else {
      hasFallen = trimList(words, slab, sizeClass, slab, last);
    }
    if (hasFallen && isMine) {
      forgetRun(heap, slab, sizeClass);
    }
  }

  /**
   * Notes that the frontier of (slab, class) was lowered. The slab's stash is empty, and the slab
   * is the calling thread's own, or nobody's, for whom this thread holds it.
   */
  private static void forgetRun(OwnedHeap heap, int slab, int sizeClass) {
    if (heap.layout().isOwned(sizeClass) && heap.owners().isOwnable(slab)) {
      SharedWords words = heap.shared().words();
      long frontier = words.frontier(slab, sizeClass);
      long end = words.layout().area(slab, sizeClass) + (frontier << sizeClass);
      heap.directory().slab(slab).setRun(sizeClass, end, end);
    }
  }

  private boolean purge(int slab, int sizeClass, OwnedSlab own, @Nullable LastTick last) {
    if (last == null) {
      return purge.purge(slab, sizeClass, own);
    }
    boolean hasFallen = last.takeSorted(slab, sizeClass) && purge.purgeKept(slab, sizeClass);
    if (!isTick || last.isTaken(slab)) {
      return purge.purge(slab, sizeClass, own) || hasFallen;
    }
    if (purge.keep(slab, sizeClass, own)) {
      last.noteSorted(slab, sizeClass);
    }
    return hasFallen;
  }

  private boolean trimList(
      SharedWords words, int slab, int sizeClass, int place, @Nullable LastTick last) {
    if (last != null
        && isTick
        && !last.isUnchanged(place, sizeClass, words.head(slab, sizeClass))) {
      return false;
    }
    boolean isEmpty = listTrim.trim(words, slab, sizeClass);
    if (last != null && isTick) {
      last.noteDone(place, sizeClass, words.head(slab, sizeClass));
    }
    return isEmpty;
  }

  private void trimAnnex(@Nullable Annex annex, @Nullable LastTick last) {
    for (int slab = 0; annex != null && slab < annex.slabs(); slab++) {
      trimList(annex.words(), slab, annex.classOf(slab), RegionLayout.SLABS + slab, last);
    }
  }

  private @Nullable IllegalStateException takeDamage() {
    IllegalStateException ofList = listTrim.takeDamage();
    IllegalStateException damage = purge.takeDamage();
    return damage == null ? ofList : damage;
  }
}
