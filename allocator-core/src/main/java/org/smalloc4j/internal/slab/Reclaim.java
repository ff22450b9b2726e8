package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** What an owner gives in one call: words of 64 slots, or slots of its returned list. */
  private static final int GIVEN_WORDS = 2;

  private static final int GIVEN_RETURNED = 4;

  /** What such a call may cost beside its own work. */
  static final int MOST_STEPS = 40;

  /** How often owners were asked to give. */
  private final AtomicInteger asked = new AtomicInteger();

  /** Held by the thread that reclaims; guards what follows it. */
  private final AtomicBoolean isRunning = new AtomicBoolean();

  private final Stash stash;
  private final Purge purge;
  private final ListTrim listTrim;

  private long othersLookedAt = System.nanoTime() - PAUSE_NANOS;

  /** Creates what reclaims the memory of a heap. */
  Reclaim(SlabHeap shared, StashDrain drain, LargeBlocks large) {
    stash = drain.stash();
    purge = new Purge(shared.words(), drain, large, shared.region().os());
    listTrim = new ListTrim(large, shared.region().os());
  }

  /**
   * Reclaims what there is, what ticks have kept and what owners have given included, and asks
   * owners at work to give; waits for its turn.
   *
   * @return bytes that were resident and no longer are
   * @throws IllegalStateException if a freed slot's link was overwritten, and the slots behind it
   *     are given up, or if one was freed twice; all else has been reclaimed
   */
  long all(OwnedHeap heap) {
    ask();
    waitForTurn(Long.MAX_VALUE);
    purge.count(true);
    return runAndEnd(heap, true, null);
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
   * Reclaims what was free at the last tick and has not been handed out since, and keeps what is
   * free now until the next one; waits for its turn.
   *
   * @param last what ticks remember
   * @throws IllegalStateException as {@link #all}
   */
  void tick(OwnedHeap heap, LastTick last) {
    waitForTurn(Long.MAX_VALUE);
    purge.count(false);
    runAndEnd(heap, true, last);
  }

  /** Asks owners at work for what they keep beside their magazines: {@link #takeSome}. */
  private void ask() {
    if (stash.words().sorted().exist()) {
      asked.incrementAndGet();
    }
  }

  /** Tells the opposite of {@link #hasAsked}, and writes nothing. */
  boolean asksNothing(OwnedSlab own) {
    // Opaque: it guards nothing. Who sees it late gives later, but it is seen in the end.
    return own.owed == 0 && own.asked == asked.getOpaque();
  }

  /** Tells whether an owner, the calling thread, was asked for what it has not given yet. */
  boolean hasAsked(OwnedSlab own) {
    if (own.owed == 0 && !asksNothing(own)) {
      own.asked = asked.getOpaque(); // as above
      own.owed = (2 << stash.layout().largestOwnedClass()) - (1 << SizeClass.SMALLEST);
    }
    return own.owed != 0;
  }

  /**
   * Takes some of what an owner, the calling thread, was asked for. It is sorted and kept, and so
   * there for others, and for the next reclaim. Nothing while somebody else has the turn.
   *
   * @throws IllegalStateException if one of these slots was freed twice, or written after its free;
   *     it is given up, and the slots behind it on its list
   */
  void takeSome(OwnedSlab own) {
    int sizeClass = Integer.numberOfTrailingZeros(own.owed);
    if (stash.sortReturned(own, sizeClass, GIVEN_RETURNED)) {
      return;
    }
    if (FreeWords.hasEmptyStack(own, sizeClass)) {
      own.owed &= own.owed - 1;
    } else if (isRunning.compareAndSet(false, true)) {
      takeWords(own, sizeClass);
    }
  }

  /** Takes some words of a class, and ends the turn. */
  void takeWords(OwnedSlab own, int sizeClass) {
    IllegalStateException damage;
    try {
      for (int i = 0; i < GIVEN_WORDS && !FreeWords.hasEmptyStack(own, sizeClass); i++) {
        purge.keepWord(own, sizeClass);
      }
      damage = purge.takeDamage();
    } finally {
      isRunning.set(false);
    }
    if (damage != null) {
      throw damage;
    }
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
      for (long left = words.inUse().classesOf(slab); left != 0; left &= left - 1) {
        run(heap, slab, Long.numberOfTrailingZeros(left), isHeld, last);
      }
      if (isHeld) {
        heap.owners().release(slab);
      }
    }
  }

  private void takeIdle(OwnedHeap heap, @Nullable LastTick last) {
    Revocation revocation = heap.owners().revocation();
    try {
      if (last == null) {
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
    boolean hasFallen = purge.purgeKept(slab, sizeClass);
    if (last == null || last.isTaken(slab)) {
      return purge.purge(slab, sizeClass, own) || hasFallen;
    }
    purge.keep(slab, sizeClass, own);
    return hasFallen;
  }

  private boolean trimList(
      SharedWords words, int slab, int sizeClass, int place, @Nullable LastTick last) {
    if (last == null) {
      return listTrim.trim(words, slab, sizeClass);
    }
    if (!last.isUnchanged(place, sizeClass, words.head(slab, sizeClass))) {
      return false;
    }
    boolean isEmpty = listTrim.trim(words, slab, sizeClass);
    last.noteDone(place, sizeClass, words.head(slab, sizeClass));
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
