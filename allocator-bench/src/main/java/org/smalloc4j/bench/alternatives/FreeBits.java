package org.smalloc4j.bench.alternatives;

import java.util.Arrays;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.raw.RawMemory;

/** A bit for each slot, 64 to a word, and a stack of the words that have enough of them. */
final class FreeBits implements FreeSlots {

  private static final int NEXT = 8;

  private final RegionLayout region;
  private final StashLayout layout;
  private final long[] current = new long[SizeClass.COUNT];
  private final long[] firstSlot = new long[SizeClass.COUNT];
  private final long[] stack = new long[SizeClass.COUNT];

  FreeBits(RegionLayout region) {
    this.region = region;
    layout = StashLayout.of(region);
    Arrays.fill(current, layout.noFreeWord(OneThreadHeap.SLAB));
  }

  @Override
  public long take(int sizeClass) {
    long word = current[sizeClass];
    long bits = RawMemory.loadPlain(word);
    if (bits == 0) {
      word = stack[sizeClass];
      if (word == 0) {
        return NONE;
      }
      stack[sizeClass] = RawMemory.loadPlain(word + NEXT);
      current[sizeClass] = word;
      firstSlot[sizeClass] = layout.firstSlot(OneThreadHeap.SLAB, sizeClass, word);
      bits = RawMemory.loadPlain(word);
    }
    RawMemory.storePlain(word, bits & (bits - 1));
    return firstSlot[sizeClass] + ((long) Long.numberOfTrailingZeros(bits) << sizeClass);
  }

  @Override
  public boolean tryPut(int sizeClass, long address) {
    long slot = region.slotOf(address, sizeClass);
    long word = layout.freeWord(OneThreadHeap.SLAB, sizeClass, slot);
    long bits = RawMemory.loadPlain(word) | (1L << slot);
    RawMemory.storePlain(word, bits);
    if (Long.bitCount(bits) == StashLayout.wordThreshold(sizeClass) && word != current[sizeClass]) {
      RawMemory.storePlain(word + NEXT, stack[sizeClass]);
      stack[sizeClass] = word;
    }
    return true;
  }
}
