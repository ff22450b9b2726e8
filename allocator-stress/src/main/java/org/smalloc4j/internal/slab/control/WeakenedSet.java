package org.smalloc4j.internal.slab.control;

import org.smalloc4j.internal.raw.RawMemory;
import org.smalloc4j.internal.slab.Area;
import org.smalloc4j.internal.slab.Words;

/** The operations on the word of sorted slots of an area, some with something left out. */
final class WeakenedSet {
  private final Area area;

  WeakenedSet(Area area) {
    this.area = area;
  }

  private long bits() {
    return RawMemory.loadAcquire(area.keptWord());
  }

  /** A take as it should be. */
  String take() {
    for (long bits = bits(); bits != 0; bits = bits()) {
      if (RawMemory.casVolatile(area.keptWord(), bits, bits & (bits - 1))) {
        return area.tellBits(Long.lowestOneBit(bits));
      }
    }
    return "none";
  }

  /** A take that stores the word instead of comparing and swapping. */
  String takeByStore() {
    long bits = bits();
    Window.open();
    Words.set(area.keptWord(), bits & (bits - 1));
    return bits == 0 ? "none" : area.tellBits(Long.lowestOneBit(bits));
  }

  /** A put as it should be. */
  void put(String letters) {
    long bits = bits();
    while (!RawMemory.casVolatile(area.keptWord(), bits, bits | area.bits(letters))) {
      bits = bits();
    }
  }

  /** A put that stores the word instead of comparing and swapping. */
  void putByStore(String letters) {
    long bits = bits();
    Window.open();
    Words.set(area.keptWord(), bits | area.bits(letters));
  }

  /** A take of all slots that stores the word instead of comparing and swapping. */
  void takeAllByStore() {
    Words.set(area.keptWord(), 0);
  }

  /** Tells the slots. */
  String tell() {
    return area.tellBits(bits());
  }
}
