package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.OutOfLine;

/**
 * Where a block goes when {@code realloc} changes its size.
 *
 * @param heap the heap it is in
 */
public record Resizing(OwnedHeap heap) {
  /*
   * grows    to the slot that it needs; in an unlimited heap, where larger slots abound and cost
   *          nothing, to a grower, in which it is not copied again until that is full: from 4 KiB to
   *          1 MiB, if it about doubles, the next of 16 KiB, 64 KiB, 256 KiB and 1 MiB; beyond, the
   *          next of 4 MiB, 64 MiB and 1 GiB. So of a table that doubles to 1 MiB, 340 KiB are copied
   *          in all; of one that grows to 1 GiB, 69 MiB more. Growers of 64 MiB and more have huge
   *          pages (TablePages).
   * stays    however small it becomes, if it is one of MOST_STAYING tables: they go to 4 MiB as soon
   *          as they double beyond 16 KiB, and copy nothing until they need more. So few since all
   *          that lies behind them may be resident.
   * shrinks  to the slot that it needs, if that is a quarter of the one it has, and to be had without
   *          a search, or is the grower for its size; else it stays, and of a large one the OS
   *          pages behind it are given back.
   *
   * What is copied to shrink is 8 MiB at the most. A copy costs about as much as the system call,
   * and leaves memory to use again, where the call costs page faults when the block grows again; but
   * of that, no more than LargeBlocks keeps warm. Figures: ADR 23.
   */

  /** Answer where a block stays in its slot. */
  public static final long STAYS = OwnedHeap.NONE;

  /** Classes from one of growers to the next: 4 MiB (22), 64 MiB (26), 1 GiB (30). */
  private static final int GROWER_STEP = 4;

  /** Class of 1 MiB: growers up to that are for what doubles, and are a step of 2 classes apart. */
  private static final int LARGEST_FOR_DOUBLING = 20;

  /** Class of 16 KiB: what doubles beyond that goes to 4 MiB, if it is one of a few tables. */
  private static final int LARGEST_OF_MANY = 14;

  /** What grows by more classes at once than that, fourfold, is no table that doubles. */
  private static final int MOST_STEPS = 2;

  /** Class of an OS page: a larger slot than needed costs no memory from there on. */
  private static final int SMALLEST_DOUBLING = 12;

  /** Smaller regions have too few large slots to spend them on growers. */
  private static final int SMALLEST_REGION_BITS_WITH_GROWERS = 40;

  /** log2 of the slots that an area has at least of a class with growers. */
  private static final int FEWEST_SLOTS_BITS = 3;

  /** Growers above 1 MiB take slots while no more than one in so many was ever handed out. */
  private static final int GROWERS_SHARE = 4;

  /** Slots smaller than this, 1 KiB, are not left. */
  private static final int SMALLEST_LEFT = 10;

  /** log2 of how much larger a slot is, at least, that is left. */
  private static final int WASTE_SHIFT = 2;

  /** Class of the largest slots that a block is copied to when it shrinks, 8 MiB. */
  private static final int LARGEST_COPIED = 23;

  /**
   * Tells whether a block that wastes most of its slot is a table that keeps it.
   *
   * @param heldClass the class of the block's slot
   * @param wantedClass the class of a slot that is large enough
   */
  public boolean keepsSlot(long address, int heldClass, int wantedClass) {
    return heldClass == LargeBlocks.STAYING
        && wantedClass >= SMALLEST_DOUBLING
        && heap.large().staying().contains(address);
  }

  /** Tells whether a block that {@code wantedClass} is enough for wastes most of its slot. */
  public static boolean isWasteful(int heldClass, int wantedClass) {
    return heldClass >= SMALLEST_LEFT && heldClass - wantedClass >= WASTE_SHIFT;
  }

  /**
   * Allocates the slot that a block is to move to because it does not fit where it is.
   *
   * @param heldClass the class of the block's slot
   * @param wantedClass the class of a slot that is large enough
   * @return as {@link OwnedHeap#allocate}
   */
  public long allocateGrown(int heldClass, int wantedClass, long byteSize) {
    boolean grows = byteSize > SizeClass.slotBytes(heldClass);
    int growerClass =
        wantedClass > LARGEST_FOR_DOUBLING
            ? growerClass(wantedClass)
            : doublingClass(heldClass, wantedClass, byteSize);
    long target = OwnedHeap.NONE;
    if (grows && growerClass > wantedClass && hasGrowers(growerClass, wantedClass)) {
      target = SlowMalloc.exactly(heap, growerClass);
    }
    if (target != OwnedHeap.NONE && LargeBlocks.isLarge(growerClass)) {
      heap.large().beforeTable(SlabHeap.address(target), growerClass);
    }
    return target != OwnedHeap.NONE ? target : heap.allocate(wantedClass);
  }

  /** Returns the class that a block doubles in again, if it does; else the class it needs. */
  private int doublingClass(int heldClass, int wantedClass, long byteSize) {
    if (heldClass < SMALLEST_DOUBLING || 2 * byteSize < 3 * SizeClass.slotBytes(heldClass)) {
      return wantedClass;
    }
    boolean isTable = wantedClass > LARGEST_OF_MANY && wantedClass - heldClass <= MOST_STEPS;
    return isTable && !heap.large().staying().isFull()
        ? LargeBlocks.STAYING
        : (wantedClass + 1) & ~1;
  }

  /** Returns the class of the growers for a class; that itself if it has none. */
  private static int growerClass(int wantedClass) {
    if (wantedClass <= LARGEST_FOR_DOUBLING) {
      return wantedClass;
    }
    return ((wantedClass + 1) | (GROWER_STEP - 1)) - 1;
  }

  private boolean hasGrowers(int growerClass, int wantedClass) {
    RegionLayout layout = heap.layout().region();
    if (layout.regionBits() < SMALLEST_REGION_BITS_WITH_GROWERS
        || growerClass > layout.areaBits() - FEWEST_SLOTS_BITS
        || heap.shared().limit().isLimited()
        || heap.shared().region().commitment() != null) { // all of a slot counts there
      return false;
    }
    if (wantedClass <= LARGEST_FOR_DOUBLING) {
      return true; // twice what is needed at the most, or one of a few
    }
    long handedOut = 0;
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      handedOut += heap.shared().words().frontier(slab, growerClass);
    }
    return handedOut < layout.slots(growerClass) * RegionLayout.SLABS / GROWERS_SHARE;
  }

  /**
   * Allocates the slot that a block is to move to because it wastes the one it has; never for want
   * of one refuses.
   *
   * @param heldClass the class of the block's slot
   * @return as {@link OwnedHeap#allocate}; {@link #STAYS} if the block had better stay
   */
  public long allocateShrunk(int heldClass, int wantedClass) {
    boolean mayMove = wantedClass <= LARGEST_COPIED && heldClass != growerClass(wantedClass);
    return mayMove || heap.shared().limit().isLimited()
        ? SlowMalloc.exactly(heap, wantedClass)
        : STAYS;
  }

  /** Gives back what lies behind the first {@code byteSize} bytes of a block that stays. */
  public void dropTail(long address, long byteSize, int heldClass) {
    OutOfLine.requireStack();
    heap.large().dropTail(address, byteSize, heldClass);
  }
}
