package org.smalloc4j.bench.alternatives;

import java.util.Arrays;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.RawMemory;

/** A last-in first-out list for each class, linked through the first 4 bytes of the free slots. */
final class LinkedLists implements FreeSlots {

  private final RegionLayout region;
  private final int[] first = new int[SizeClass.COUNT];
  private final int[] room = new int[SizeClass.COUNT];

  LinkedLists(RegionLayout region, int mostSlots) {
    this.region = region;
    Arrays.fill(room, mostSlots);
  }

  @Override
  public long take(int sizeClass) {
    int code = first[sizeClass];
    if (code == 0) {
      return NONE;
    }
    long address = region.address(OneThreadHeap.SLAB, sizeClass, code);
    first[sizeClass] = RawMemory.loadLinkPlain(address);
    room[sizeClass]++;
    return address;
  }

  @Override
  public boolean tryPut(int sizeClass, long address) {
    if (room[sizeClass] == 0) {
      return false;
    }
    room[sizeClass]--;
    RawMemory.storeLinkPlain(address, first[sizeClass]);
    first[sizeClass] = region.codeOf(address, sizeClass);
    return true;
  }
}
