package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;

/** Says why a heap refuses an address or a request, and what to change. */
public final class Refusals {
  /** Bits by which a region exceeds its largest slots: slab:6, class:5, a quarter of an area. */
  private static final int REGION_BITS_ABOVE_LARGEST_CLASS = 13;

  private Refusals() {}

  /** Says why {@code address} is not the start of a slot that was handed out. */
  static String whyNotHandedOut(SlabHeap heap, long address) {
    RegionLayout layout = heap.region().layout();
    String hex = "address 0x" + Long.toHexString(address);
    if (!heap.region().contains(address)) {
      return hex
          + " is outside the region of this heap, 2^"
          + regionBits(heap)
          + " bytes at 0x"
          + Long.toHexString(layout.base());
    }
    int sizeClass = heap.classOf(address);
    if (sizeClass < SizeClass.SMALLEST || sizeClass > heap.largestClass()) {
      return hex + " was never handed out: there are no slots in that part of the region";
    }
    long offset = layout.offsetInSlot(address, sizeClass);
    if (offset == 0 || !heap.handedOut(address - offset)) {
      return hex + " was never handed out";
    }
    return hex
        + " is inside a slot of "
        + SizeClass.slotBytes(sizeClass)
        + " bytes, at offset "
        + offset
        + "; expected the address of the block's first byte";
  }

  /** Says why a request that was refused could not be met. */
  public static String whyNothingIsLeft(SlabHeap heap, long byteSize, long byteAlignment) {
    String asked = "cannot allocate " + byteSize + " bytes at alignment " + byteAlignment + ": ";
    int sizeClass = SizeClass.of(byteSize, byteAlignment);
    if (sizeClass > SizeClass.LARGEST) {
      return asked + "the largest block of any heap is 2 GiB, 2147483648 bytes";
    }
    long slotBytes = SizeClass.slotBytes(sizeClass);
    MemoryLimit limit = heap.limit();
    boolean fits = slotBytes <= limit.byteLimit();
    if (fits && sizeClass > heap.largestClass()) {
      return asked
          + "the largest slot of this heap is "
          + SizeClass.slotBytes(heap.largestClass())
          + " bytes; "
          + largerRegion(heap, sizeClass + REGION_BITS_ABOVE_LARGEST_CLASS);
    }
    if (limit.refuses(slotBytes)) {
      return asked
          + "no slot of "
          + slotBytes
          + " bytes or more is free, and another one would exceed maxBytes, "
          + limit.byteLimit()
          + "; free blocks of this size, call trim(), or build the heap with a larger maxBytes";
    }
    Commitment commitment = heap.region().commitment();
    String whyRefused = commitment == null ? "" : commitment.whyRefused(slotBytes);
    if (!whyRefused.isEmpty()) {
      return asked
          + "no slot of "
          + slotBytes
          + " bytes or more is free, and the system makes no more memory accessible: "
          + whyRefused;
    }
    return asked
        + "the size class of "
        + slotBytes
        + " bytes ("
        + slots(heap, sizeClass)
        + " slots) and every larger one are full; free blocks, or "
        + largerRegion(heap, regionBits(heap) + 1);
  }

  private static long slots(SlabHeap heap, int sizeClass) {
    RegionLayout layout = heap.region().layout();
    long slots =
        sizeClass <= layout.largestClass() ? layout.slots(sizeClass) * RegionLayout.SLABS : 0;
    Annex annex = heap.annex();
    for (int slab = 0; annex != null && slab < annex.slabs(); slab++) {
      slots += annex.classOf(slab) == sizeClass ? annex.words().layout().slots(sizeClass) : 0;
    }
    return slots;
  }

  private static int regionBits(SlabHeap heap) {
    return Long.numberOfTrailingZeros(heap.region().byteSize());
  }

  private static String largerRegion(SlabHeap heap, int atLeast) {
    if (heap.region().refusedBits() > 0) {
      return "its region is 2^"
          + regionBits(heap)
          + " bytes because the system refused more when it was made: "
          + heap.region().whyRefused();
    }
    return "build the heap with a larger regionBits (now "
        + regionBits(heap)
        + ", needed "
        + atLeast
        + " or more, at most "
        + RegionLayout.LARGEST_REGION_BITS
        + ")";
  }
}
