package org.smalloc4j.bench.alternatives;

import java.util.Arrays;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.RawMemory;

/** An array for each class of the addresses that were put back last, in the region. */
final class Magazines implements FreeSlots {

  static final int MOST_BYTES = 128 << 10;
  private static final int SHIFT = 13; // 1,023 entries above an empty one

  private final long[] top = new long[SizeClass.COUNT];
  private final long[] limit = new long[SizeClass.COUNT];

  Magazines(RegionLayout region, int mostSlots) {
    long bottom = region.area(OneThreadHeap.SLAB, 1) + (1L << (region.areaBits() - 2));
    Arrays.setAll(top, sizeClass -> bottom + ((long) sizeClass << SHIFT));
    Arrays.setAll(limit, sizeClass -> top[sizeClass] + 8L * slots(sizeClass, mostSlots));
  }

  static int slots(int sizeClass, int mostSlots) {
    return Math.clamp(MOST_BYTES >> sizeClass, 1, mostSlots);
  }

  @Override
  public long take(int sizeClass) {
    long last = top[sizeClass];
    long address = RawMemory.loadPlain(RawMemory.address(last));
    if (address != NONE) {
      top[sizeClass] = last - Long.BYTES;
    }
    return address;
  }

  @Override
  public boolean tryPut(int sizeClass, long address) {
    long last = top[sizeClass];
    if (last == limit[sizeClass]) {
      return false;
    }
    RawMemory.storePlain(RawMemory.address(last) + Long.BYTES, address);
    top[sizeClass] = last + Long.BYTES;
    return true;
  }
}
