package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * Runs every way of malloc, realloc, free, trim and release once, before the first heap of the
 * process is used. What is linked and initialised at its first use needs Java heap and a deep stack
 * then, which no later call has to have.
 */
public final class WarmUp {
  private static final int SMALL_REGION_BITS = 28;
  private static final int SMALL = 6; // 64 bytes
  private static final int LARGE = 15; // 32 KiB, the largest of a small region
  private static final int FEW_BYTES = 1 << 20;

  /** Racy: two threads that see false both warm up. */
  private static boolean done;

  private WarmUp() {}

  /**
   * Warms up, if that has not been done. Makes and releases small regions. The caller sees to it
   * that there is stack and Java heap for all of it: a class whose initialiser fails is lost.
   *
   * @throws OsException if the system refuses one
   */
  public static void run(VirtualMemory os) throws OsException {
    if (done) {
      return;
    }
    runIn(os, MemoryLimit.UNLIMITED, true);
    runIn(os, FEW_BYTES, true);
    runIn(os, MemoryLimit.UNLIMITED, false);
    done = true;
  }

  private static void runIn(VirtualMemory os, long maxBytes, boolean ownedSlabs)
      throws OsException {
    Region region = Region.reserve(os, SMALL_REGION_BITS);
    try {
      OwnedHeap heap = OwnedHeap.in(region, new MemoryLimit(maxBytes), 1, ownedSlabs);
      use(heap);
      new Trim(heap).trim();
      heap.release();
    } catch (Throwable e) {
      region.release();
      throw e;
    }
  }

  private static void use(OwnedHeap heap) {
    for (int i = 0; i < 2; i++) {
      fillAndFree(heap, SMALL, 4 * Long.SIZE);
      fillAndFree(heap, LARGE, Integer.MAX_VALUE); // until nothing is left
      freeForOthers(heap);
      long block = SlabHeap.address(heap.allocate(SMALL));
      long target =
          SlabHeap.address(heap.allocateMoved(SMALL, SMALL + 1, SizeClass.slotBytes(SMALL)));
      RawMemory.copy(block, target, SizeClass.slotBytes(SMALL));
      RawMemory.zero(target, SizeClass.slotBytes(SMALL));
      RawMemory.zero(heap.shared().region().layout().area(0, LARGE), SizeClass.slotBytes(LARGE));
      heap.checkedClass(target);
      heap.freeMoved(block, target);
      heap.giveUp(target);
      Census.of(heap);
    }
  }

  /** Allocates some slots, a list through their own bytes, and frees them. */
  private static void fillAndFree(OwnedHeap heap, int sizeClass, int most) {
    long last = OwnedHeap.NONE;
    for (int i = 0; i < most; i++) {
      long taken = heap.tryTake(SizeClass.slotBytes(sizeClass));
      taken = taken != OwnedHeap.NONE ? taken : SlabHeap.address(heap.allocate(sizeClass));
      if (taken == OwnedHeap.NONE) {
        break;
      }
      RawMemory.storePlain(taken, last);
      last = taken;
    }
    while (last != OwnedHeap.NONE) {
      long next = RawMemory.loadPlain(last);
      if (!heap.tryFree(last)) {
        heap.free(last);
      }
      last = next;
    }
  }

  /** Frees slots of a slab that is not the thread's own, more than a chain. */
  private static void freeForOthers(OwnedHeap heap) {
    for (int i = 0; i <= Outbox.chainSlots(SMALL); i++) {
      long claimed = heap.shared().words().claim(0, SMALL);
      if (claimed != SharedWords.NONE) {
        heap.free(SlabHeap.address(claimed));
      }
    }
  }
}
