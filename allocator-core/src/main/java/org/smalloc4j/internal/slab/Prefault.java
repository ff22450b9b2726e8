package org.smalloc4j.internal.slab;

import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * Touches the beginning of areas before anybody needs them, so that no malloc meets a page fault
 * there: of the slabs that the first owners get or, where there are none, of the home slabs.
 *
 * @param heap a fresh heap
 */
public record Prefault(OwnedHeap heap) {

  /**
   * Touches the first {@code byteSize} bytes, rounded up to OS pages, of each class that threads
   * own, or all of a smaller area; what it finds is zero and stays so.
   *
   * @param slabs in how many slabs
   */
  public void touch(long byteSize, int slabs) {
    int touched = 0;
    for (int slab = 0; slab < RegionLayout.SLABS && touched < slabs; slab++) {
      if (isUsedEarly(slab)) {
        touchSlab(slab, byteSize);
        touched++;
      }
    }
  }

  private boolean isUsedEarly(int slab) {
    boolean owned = heap.owners().isOwnable(RegionLayout.SLABS - 1);
    return owned ? heap.owners().isOwnable(slab) : slab <= heap.shared().homeMask();
  }

  private void touchSlab(int slab, long byteSize) {
    RegionLayout layout = heap.layout().region();
    long osPageBytes = heap.shared().region().os().osPageBytes();
    long end = Math.min(byteSize, 1L << layout.areaBits());
    for (int c = SizeClass.SMALLEST; c <= heap.layout().largestOwnedClass(); c++) {
      if (!heap.shared().words().isReady(slab, c, Math.max(1, end >> c))) {
        continue;
      }
      for (long offset = 0; offset < end; offset += osPageBytes) {
        RawMemory.storePlain(layout.area(slab, c) + offset, 0);
      }
    }
  }
}
