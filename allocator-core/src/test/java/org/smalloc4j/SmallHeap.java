package org.smalloc4j;

import java.util.ArrayList;
import java.util.List;

/**
 * A heap of the smallest region, and where its addresses lie: {@code base | slab:6 | class:5 |
 * area:17}.
 */
final class SmallHeap {
  static final int REGION_BITS = 28;
  static final int SLABS = 64;
  static final int AREA_BITS = 17;
  static final int LARGEST_CLASS = 15;

  private SmallHeap() {}

  static Smalloc open() {
    return Smalloc.builder().name("small").regionBits(REGION_BITS).build();
  }

  static int slabOf(long address) {
    return (int) (address >>> 22) & 63;
  }

  static int classOf(long address) {
    return (int) (address >>> AREA_BITS) & 31;
  }

  static long base(long address) {
    return address & -(1L << REGION_BITS);
  }

  /** Slots of a class in one slab. */
  static int slots(int sizeClass) {
    return 1 << (AREA_BITS - sizeClass);
  }

  /** Slots that are large enough for blocks of a class, in all slabs. */
  static int capacity(int sizeClass) {
    int slots = 0;
    for (int larger = sizeClass; larger <= LARGEST_CLASS; larger++) {
      slots += SLABS * slots(larger);
    }
    return slots;
  }

  /** Allocates blocks of a class until nothing is left. */
  static List<Long> drain(Allocator heap, int sizeClass) {
    List<Long> live = new ArrayList<>();
    long byteSize = 1L << sizeClass;
    for (long p = heap.tryMalloc(byteSize, 1); p != 0; p = heap.tryMalloc(byteSize, 1)) {
      live.add(p);
    }
    return live;
  }
}
