package org.smalloc4j.bench.alternatives;

import java.util.Arrays;
import org.smalloc4j.internal.address.SizeClass;

/** An array for each class of the addresses that were put back last, on the Java heap. */
final class HeapMagazines implements FreeSlots {

  private final long[][] entries = new long[SizeClass.COUNT][];
  private final int[] count = new int[SizeClass.COUNT];

  HeapMagazines(int mostSlots) {
    Arrays.setAll(entries, sizeClass -> new long[Magazines.slots(sizeClass, mostSlots)]);
  }

  @Override
  public long take(int sizeClass) {
    if (count[sizeClass] == 0) {
      return NONE;
    }
    return entries[sizeClass][--count[sizeClass]];
  }

  @Override
  public boolean tryPut(int sizeClass, long address) {
    long[] magazine = entries[sizeClass];
    if (count[sizeClass] == magazine.length) {
      return false;
    }
    magazine[count[sizeClass]++] = address;
    return true;
  }
}
