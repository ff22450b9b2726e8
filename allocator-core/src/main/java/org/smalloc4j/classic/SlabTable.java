package org.smalloc4j.classic;

import org.jspecify.annotations.Nullable;

/** The slabs by the address they begin at: a hash table. The allocator's lock guards it. */
final class SlabTable {
  /*
   * Open addressing with linear probing, half full at the most. A removed entry leaves no mark: the
   * entries behind it move up (Knuth, vol. 3, 6.4, algorithm R).
   */

  private static final int SMALLEST = 16;

  /** 2^64 divided by the golden ratio: spreads numbers that differ in a few bits. */
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

  private final int slabBits;
  private @Nullable Slab[] entries = new @Nullable Slab[SMALLEST];
  private int count;

  /** Creates an empty table of slabs of {@code 2^slabBits} bytes. */
  SlabTable(int slabBits) {
    this.slabBits = slabBits;
  }

  /** Returns the slab that contains an address, null if there is none. */
  @Nullable Slab find(long address, Steps steps) {
    long base = address & -(1L << slabBits);
    int probes = 1;
    int i = home(base);
    Slab entry = entries[i];
    while (entry != null && entry.base() != base) {
      i = after(i);
      entry = entries[i];
      probes++;
    }
    steps.add(probes);
    return entry;
  }

  /** Makes room for one more; needs Java heap now and then. */
  void makeRoom() {
    if (2 * (count + 1) <= entries.length) {
      return;
    }
    @Nullable Slab[] old = entries;
    entries = new @Nullable Slab[2 * old.length];
    for (Slab slab : old) {
      if (slab != null) {
        put(slab);
      }
    }
  }

  /** Adds a slab, for which there is room. */
  void add(Slab slab) {
    put(slab);
    count++;
  }

  private void put(Slab slab) {
    int i = home(slab.base());
    while (entries[i] != null) {
      i = after(i);
    }
    entries[i] = slab;
  }

  /** Removes a slab that is in the table. */
  void remove(Slab slab) {
    int hole = home(slab.base());
    while (entries[hole] != slab) {
      hole = after(hole);
    }
    for (int i = after(hole); ; i = after(i)) {
      Slab entry = entries[i];
      if (entry == null) {
        break;
      }
      if (distance(home(entry.base()), i) >= distance(hole, i)) {
        entries[hole] = entry;
        hole = i;
      }
    }
    entries[hole] = null;
    count--;
  }

  private int home(long base) {
    return (int)
        (((base >>> slabBits) * SPREAD)
            >>> (Long.SIZE - Integer.numberOfTrailingZeros(entries.length)));
  }

  private int after(int i) {
    return (i + 1) & (entries.length - 1);
  }

  private int distance(int from, int to) {
    return (to - from) & (entries.length - 1);
  }
}
