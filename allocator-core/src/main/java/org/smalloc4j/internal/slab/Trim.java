package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.OutOfLine;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * Gives the memory of freed slots back to the operating system. One trim at a time per heap, and
 * none during its release; malloc and free go on, but do not see a freed list while it is trimmed:
 * a malloc that would find nothing else waits for it.
 *
 * <p>The stashes of the calling thread and of dead threads are emptied first; then those of threads
 * that are idle: see {@link Revocation}.
 */
public final class Trim {
  /*
   * Per slab and class: take the whole freed list, which makes its slots this thread's own.
   *
   *   All slots below the frontier are there: give back everything, zero what shares its last OS
   *   page with the slots beyond, and lower the frontier to 0. If the system refuses, or somebody
   *   claimed a slot meanwhile, the frontier stays; the slots are linked anew and pushed back.
   *
   *   Else, slots of two OS pages or more: give back all but the first OS page of each, which holds
   *   the link, and push the chain back. Smaller slots: push the chain back as it is.
   *
   * A link that is damaged ends its list, which is pushed back up to there. The trim goes on with
   * the others and throws at its end. Nothing here needs Java heap, and the stack is asked for first.
   */

  private final OwnedHeap heap;
  private final VirtualMemory os;
  private final long osPageBytes;
  private long bytesGivenBack;
  private @Nullable IllegalStateException damage;

  /** Creates what trims a heap, any number of times. */
  public Trim(OwnedHeap heap) {
    this.heap = heap;
    os = heap.shared().region().os();
    osPageBytes = os.osPageBytes();
  }

  /**
   * Trims a heap.
   *
   * @return bytes that were resident and no longer are
   * @throws IllegalStateException if a freed slot's link was overwritten; the slots behind it are
   *     given up, all else has been trimmed
   */
  public long trim() {
    OutOfLine.requireStack();
    bytesGivenBack = 0;
    damage = null;
    try {
      heap.releaseHeldSlots();
    } catch (IllegalStateException met) {
      damage = met;
    }
    try {
      heap.owners().revocation().takeIdle(heap);
    } catch (IllegalStateException met) {
      damage = damage == null ? met : damage;
    }
    heap.shared().limit().forgetExhaustion();
    heap.transit().begin();
    try {
      trimSlabs(heap.shared().words());
      trimAnnex(heap.shared().annex());
    } finally {
      heap.transit().end();
    }
    if (damage != null) {
      throw damage;
    }
    return bytesGivenBack;
  }

  private void trimSlabs(SharedWords words) {
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      boolean isHeld = heap.owners().tryHold(slab);
      for (int c = SizeClass.SMALLEST; c <= words.layout().largestClass(); c++) {
        // Its own is looked up each time: a virtual thread may have changed its carrier.
        if (trimArea(words, slab, c) && (isHeld || slab == heap.directory().own().slab)) {
          heap.forgetRun(slab, c);
        }
      }
      if (isHeld) {
        heap.owners().release(slab);
      }
    }
  }

  private void trimAnnex(@Nullable Annex annex) {
    for (int slab = 0; annex != null && slab < annex.slabs(); slab++) {
      trimArea(annex.words(), slab, annex.classOf(slab));
    }
  }

  /** Returns whether the area is empty from now on. */
  private boolean trimArea(SharedWords words, int slab, int sizeClass) {
    long list = words.takeAll(slab, sizeClass);
    if (list == 0) {
      return false;
    }
    long frontier = words.frontier(slab, sizeClass);
    long sound = words.soundPart(list, slab, sizeClass);
    int slots = TakenList.slots(sound);
    if (LargeBlocks.isLarge(sizeClass)) {
      noteTrim(words, list, sound, slab, sizeClass);
    }
    if (Integer.toUnsignedLong(slots) == frontier && words.isWhole(sound, slab, sizeClass)) {
      boolean isEmpty = emptyArea(words, slab, sizeClass, frontier);
      words.counts().removed(slab, sizeClass, slots);
      return isEmpty;
    }
    if (SizeClass.slotBytes(sizeClass) >= 2 * osPageBytes) {
      discardTails(words, list, sound, slab, sizeClass);
    }
    IllegalStateException met = words.giveBack(list, sound, slab, sizeClass);
    words.counts().removed(slab, sizeClass, met == null ? slots : TakenList.slots(list));
    damage = damage == null ? met : damage;
    return false;
  }

  private void noteTrim(SharedWords words, long list, long sound, int slab, int sizeClass) {
    int code = TakenList.first(list);
    for (int i = 0; i != TakenList.slots(sound); i++) {
      long address = words.layout().address(slab, sizeClass, code);
      heap.large().beforeTrim(address);
      code = RawMemory.loadLinkPlain(address); // plain: the slot is this thread's
    }
  }

  /** All {@code slots} slots below the frontier belong to this thread. */
  private boolean emptyArea(SharedWords words, int slab, int sizeClass, long slots) {
    long area = words.layout().area(slab, sizeClass);
    long end = area + (slots << sizeClass);
    long lastOsPage = end & -osPageBytes;
    if (discard(area, lastOsPage - area)) {
      RawMemory.zero(lastOsPage, end - lastOsPage);
      if (words.casFrontier(slab, sizeClass, slots, 0)) {
        words.limit().giveBack(slots << sizeClass);
        return true;
      }
    }
    long last = end - SizeClass.slotBytes(sizeClass);
    for (int code = 1; Integer.toUnsignedLong(code) < slots; code++) {
      long address = words.layout().address(slab, sizeClass, code);
      RawMemory.storeLinkPlain(address, code + 1);
    }
    words.pushChain(1, last, (int) slots, slab, sizeClass);
    return false;
  }

  private void discardTails(SharedWords words, long list, long sound, int slab, int sizeClass) {
    int code = TakenList.first(list);
    for (int i = 0; i != TakenList.slots(sound); i++) {
      long address = words.layout().address(slab, sizeClass, code);
      if (discard(address + osPageBytes, SizeClass.slotBytes(sizeClass) - osPageBytes)
          && LargeBlocks.isLarge(sizeClass)) {
        heap.large().afterTrim(address);
      }
      code = RawMemory.loadLinkPlain(address); // plain: the slot is this thread's
    }
  }

  /** Discards a stretch, possibly empty; returns false if the system refused. */
  private boolean discard(long address, long byteSize) {
    if (byteSize == 0) {
      return true;
    }
    try {
      bytesGivenBack += os.discard(address, byteSize);
      return true;
    } catch (OsException | OutOfMemoryError | StackOverflowError refused) {
      // No Java heap for the first, or no stack for the system call: a refusal like any other.
      return false;
    }
  }
}
