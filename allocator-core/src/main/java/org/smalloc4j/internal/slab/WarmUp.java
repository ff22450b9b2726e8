package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.os.NativeThread;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * Runs every way of malloc, realloc, free, trim and release once, before the first heap of the
 * process is used. What is linked and initialised at its first use needs Java heap and a deep stack
 * then, which no later call has to have.
 */
public final class WarmUp {
  /*
   * As few calls as reach every way: HotSpot notes which branches a method takes once it has been
   * called 200 times, and a fast path that has been seen to fail is compiled with its slow way, which
   * costs a pair of malloc and free a third of its speed.
   */

  private static final int SMALL_REGION_BITS = 28;
  private static final int TINY = 4;
  private static final int SMALL = 9; // 512 bytes, the largest that is owned in a small region
  private static final int SMALL_SLOTS = 17; // one more than go into the magazine
  private static final int FEW_SLOTS = 2;
  private static final int LARGE = 15; // 32 KiB, the largest of a small region, 4 to an area
  private static final int FEW_BYTES = 1 << 20;
  private static final int FEW_OWNED = RegionLayout.SLABS - 2; // the first of two

  /** Racy: two threads that see false both warm up. */
  private static boolean done;

  private static boolean doneOnDemand;

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
    NativeThread.isReady(); // loads the class, not more: most processes have no use for it
    IdleStack.isIdle(new StackTraceElement[0]); // runs its initialiser
    runIn(Region.reserve(os, SMALL_REGION_BITS), MemoryLimit.UNLIMITED, FEW_OWNED, true);
    runIn(Region.reserve(os, SMALL_REGION_BITS), FEW_BYTES, FEW_OWNED, true);
    runIn(Region.reserve(os, SMALL_REGION_BITS), MemoryLimit.UNLIMITED, RegionLayout.SLABS, false);
    runInAnnex(Region.reserveWithAnnex(os, SMALL_REGION_BITS + 1));
    done = true;
  }

  /**
   * Warms up what is particular to a region, whose heap is about to be made: where it becomes
   * accessible bit by bit.
   */
  public static void runFor(Region region) {
    if (region.commitment() == null || doneOnDemand) {
      return;
    }
    try {
      Region small = Region.reserve(region.os(), SMALL_REGION_BITS, true);
      runIn(small, MemoryLimit.UNLIMITED, FEW_OWNED, true);
      doneOnDemand = true;
    } catch (OsException refused) {
      return; // then it is warmed up by its first use
    }
  }

  private static void runInAnnex(Region region) {
    try {
      OwnedHeap heap = heapIn(region, MemoryLimit.UNLIMITED, FEW_OWNED);
      int largest = heap.shared().largestClass();
      for (int i = 0; i < 2; i++) {
        long block = SlabHeap.address(heap.allocate(largest));
        heap.checkedClass(block);
        heap.large().zero(block, SizeClass.slotBytes(largest));
        new Resizing(heap).dropTail(block, 1, largest);
        heap.large().tables().add(block, SizeClass.slotBytes(largest));
        heap.large().tables().remove(block, SizeClass.slotBytes(largest));
        heap.free(block);
      }
      heap.giveUp(SlabHeap.address(heap.allocate(largest)));
      Census.of(heap, largest, largest);
      new Trim(heap).trim();
      heap.release();
    } catch (Throwable e) {
      region.release();
      throw e;
    }
  }

  private static void runIn(Region region, long maxBytes, int firstOwned, boolean isFull) {
    try {
      OwnedHeap heap = heapIn(region, maxBytes, firstOwned);
      use(heap, isFull);
      new Trim(heap).trim();
      heap.release();
    } catch (Throwable e) {
      region.release();
      throw e;
    }
  }

  /** Makes a heap with few slabs to own: what is done for each of them takes its time. */
  private static OwnedHeap heapIn(Region region, long maxBytes, int firstOwned) {
    return OwnedHeap.of(region, new MemoryLimit(maxBytes), 0, firstOwned, true);
  }

  private static void use(OwnedHeap heap, boolean isFull) {
    Resizing resizing = new Resizing(heap);
    long block = SlabHeap.address(heap.allocate(SMALL));
    long target =
        SlabHeap.address(resizing.allocateGrown(SMALL, SMALL + 1, SizeClass.slotBytes(SMALL) + 1));
    long tiny = SlabHeap.address(heap.allocate(TINY));
    long grown = heap.tryGrow(tiny, SizeClass.slotBytes(SMALL));
    heap.giveUp(grown == OwnedHeap.NONE ? tiny : grown);
    fillAndFree(heap, SMALL, isFull ? SMALL_SLOTS : FEW_SLOTS);
    if (isFull) {
      useUp(heap);
    }
    freeForOthers(
        heap,
        isFull && !heap.shared().limit().isLimited() ? Outbox.chainSlots(SMALL) + 1 : FEW_SLOTS);
    long shrunk = SlabHeap.address(resizing.allocateShrunk(SMALL + 2, SMALL));
    if (shrunk != OwnedHeap.NONE && Resizing.isWasteful(SMALL + 2, SMALL)) {
      heap.giveUp(shrunk);
    }
    RawMemory.copy(block, target, SizeClass.slotBytes(SMALL));
    RawMemory.zero(target, SizeClass.slotBytes(SMALL));
    heap.checkedClass(target);
    heap.directory().slab(RegionLayout.SLABS - 1).isInRun(target, SMALL);
    heap.freeMoved(block, target);
    heap.giveUp(target);
    Census.of(heap, SMALL, SMALL);
  }

  /** Allocates some slots, a list through their own bytes, and frees them. */
  private static void fillAndFree(OwnedHeap heap, int sizeClass, int slots) {
    long last = OwnedHeap.NONE;
    for (int i = 0; i < slots; i++) {
      long byteSize = SizeClass.slotBytes(sizeClass);
      long taken = i == 0 ? heap.tryTake(byteSize) : OwnedHeap.NONE;
      taken = taken != OwnedHeap.NONE ? taken : heap.tryTakeAtHand(byteSize);
      taken = taken != OwnedHeap.NONE ? taken : heap.allocate(sizeClass);
      long block = SlabHeap.address(taken);
      RawMemory.storePlain(block, last);
      last = block;
    }
    while (last != OwnedHeap.NONE) {
      long next = RawMemory.loadPlain(last);
      if (!heap.tryFree(last)) {
        heap.free(last);
      }
      last = next;
    }
  }

  /** Allocates large slots until nothing is left, and frees the last one. */
  private static void useUp(OwnedHeap heap) {
    int areaSlots = (int) heap.layout().region().slots(LARGE);
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      heap.shared().words().claim(slab, LARGE, slab == 0 ? areaSlots - 1 : areaSlots);
    }
    long last = OwnedHeap.NONE;
    for (long taken = heap.allocate(LARGE); taken != OwnedHeap.NONE; ) {
      last = SlabHeap.address(taken);
      taken = heap.allocate(LARGE);
    }
    if (last != OwnedHeap.NONE) {
      RawMemory.zero(last, SizeClass.slotBytes(LARGE));
      heap.free(last);
    }
  }

  /** Frees slots of a slab that is not the thread's own. */
  private static void freeForOthers(OwnedHeap heap, int slots) {
    for (int i = 0; i < slots; i++) {
      long claimed = heap.shared().words().claim(0, SMALL);
      if (claimed != SharedWords.NONE) {
        heap.free(SlabHeap.address(claimed));
      }
    }
  }
}
