package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * Gives the memory of freed slots back to the operating system. One trim at a time per heap, and
 * none during its release; malloc and free go on, but do not see a freed list while it is trimmed.
 *
 * <p>The stashes of the calling thread and of dead threads are emptied first; those of other live
 * threads cannot be reached.
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
   */

  private final SharedWords words;
  private final VirtualMemory os;
  private final long osPageBytes;
  private long bytesGivenBack;

  private Trim(SlabHeap heap) {
    words = heap.words();
    os = heap.region().os();
    osPageBytes = os.osPageBytes();
  }

  /**
   * Trims a heap.
   *
   * @return bytes that were resident and no longer are
   * @throws IllegalStateException if a freed slot's link was overwritten; the slots behind it are
   *     given up
   */
  public static long of(OwnedHeap heap) {
    heap.releaseHeldSlots(Thread.currentThread());
    heap.shared().limit().forgetExhaustion();
    return of(heap.shared());
  }

  /** Trims the shared words of a heap alone. */
  static long of(SlabHeap heap) {
    Trim trim = new Trim(heap);
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      for (int sizeClass = SizeClass.SMALLEST;
          sizeClass <= heap.region().layout().largestClass();
          sizeClass++) {
        trim.trimArea(slab, sizeClass);
      }
    }
    return trim.bytesGivenBack;
  }

  private void trimArea(int slab, int sizeClass) {
    int first = words.takeAll(slab, sizeClass);
    if (first == 0) {
      return;
    }
    long frontier = words.frontier(slab, sizeClass);
    boolean discardTails = SizeClass.slotBytes(sizeClass) >= 2 * osPageBytes;
    long count = 1;
    long last = words.layout().address(slab, sizeClass, first);
    for (int code = link(last); code != 0; code = link(last)) {
      if (Integer.toUnsignedLong(code) > frontier || count == frontier) {
        words.pushChain(first, last, slab, sizeClass);
        throw SharedWords.corrupt(last, code);
      }
      count++;
      last = words.layout().address(slab, sizeClass, code);
    }
    if (count == frontier) {
      emptyArea(slab, sizeClass, frontier);
      return;
    }
    if (discardTails) {
      discardTails(first, sizeClass, slab);
    }
    words.pushChain(first, last, slab, sizeClass);
  }

  /** All {@code slots} slots below the frontier belong to this thread. */
  private void emptyArea(int slab, int sizeClass, long slots) {
    long area = words.layout().area(slab, sizeClass);
    long end = area + (slots << sizeClass);
    long lastOsPage = end & -osPageBytes;
    if (discard(area, lastOsPage - area)) {
      RawMemory.zero(lastOsPage, end - lastOsPage);
      if (words.casFrontier(slab, sizeClass, slots, 0)) {
        words.limit().giveBack(slots << sizeClass);
        return;
      }
    }
    long last = end - SizeClass.slotBytes(sizeClass);
    for (int code = 1; Integer.toUnsignedLong(code) < slots; code++) {
      long address = words.layout().address(slab, sizeClass, code);
      RawMemory.storeLinkPlain(address, code + 1);
    }
    words.pushChain(1, last, slab, sizeClass);
  }

  private void discardTails(int first, int sizeClass, int slab) {
    for (int code = first; code != 0; ) {
      long address = words.layout().address(slab, sizeClass, code);
      discard(address + osPageBytes, SizeClass.slotBytes(sizeClass) - osPageBytes);
      code = link(address);
    }
  }

  private int link(long address) {
    return RawMemory.loadLinkPlain(address);
  }

  /** Discards a stretch, possibly empty; returns false if the system refused. */
  private boolean discard(long address, long byteSize) {
    if (byteSize == 0) {
      return true;
    }
    try {
      bytesGivenBack += os.discard(address, byteSize);
      return true;
    } catch (OsException refused) {
      return false;
    }
  }
}
