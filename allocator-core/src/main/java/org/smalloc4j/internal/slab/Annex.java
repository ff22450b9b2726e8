package org.smalloc4j.internal.slab;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;

/**
 * The half of a region that was stepped down: 16 slabs that are one area each, for the classes that
 * find nothing, or are too large for the other half. Lock-free.
 */
final class Annex {
  /*
   * Idea: 30 areas of fixed classes divide few addresses into parts that are too small, and most of
   * them are never used. So a slab here has no class until one needs it; it keeps that for good,
   * since a thread may hold a claim or a pop by the class that it has seen.
   *
   *   classes[slab]   the class, 0: none yet. CAS from 0, once.
   *
   * Slabs are given away in order: behind the first one without a class there is none with one.
   * No thread owns a slab here. Freed lists and frontiers: SharedWords, each slab with its class.
   */

  private static final int NONE_YET = 0;

  private final SharedWords words;
  private final AtomicIntegerArray classes;

  /** Creates an annex whose words are those of a fresh layout. */
  Annex(SharedWords words) {
    this.words = words;
    classes = new AtomicIntegerArray(words.layout().slabs());
  }

  /** Creates the annex of a fresh region; null if that has none. */
  static @Nullable Annex of(Region region, MemoryLimit limit) {
    RegionLayout layout = region.annex();
    if (layout == null) {
      return null;
    }
    ListLengths counts = new ListLengths(layout, RegionLayout.SLABS, 0);
    return new Annex(new SharedWords(layout, limit, counts, region.ahead()));
  }

  /** Returns the words of its slabs, each of which has lists of its {@link #classOf} alone. */
  SharedWords words() {
    return words;
  }

  /**
   * Allocates a slot of exactly {@code sizeClass}.
   *
   * @return as {@link SharedWords#take}
   * @throws IllegalStateException if a freed slot's link was overwritten; nothing was taken
   */
  long allocate(int sizeClass) {
    if (sizeClass > words.layout().largestClass()) {
      return SharedWords.NONE;
    }
    for (int slab = 0; slab < slabs(); slab++) {
      if (classOf(slab) == NONE_YET) {
        if (words.limit().refuses(1L << sizeClass)) {
          return SharedWords.NONE; // no slab is given away for nothing
        }
        give(slab, sizeClass);
      }
      long taken = classOf(slab) == sizeClass ? words.take(slab, sizeClass) : SharedWords.NONE;
      if (taken != SharedWords.NONE) {
        return taken;
      }
    }
    return SharedWords.NONE;
  }

  /** Gives a slab to a class, if it has none yet. Returns the class that it has now. */
  int give(int slab, int sizeClass) {
    // Volatile CAS: pairs with classOf. One class gets the slab; if stored, two could use it.
    classes.compareAndSet(slab, NONE_YET, sizeClass);
    return classOf(slab);
  }

  /** Returns the number of its slabs. */
  int slabs() {
    return classes.length();
  }

  /** Returns the class of a slab, 0 if it has none yet. */
  int classOf(int slab) {
    // Volatile: pairs with the CAS. Who holds an address of the slab got it through an edge from
    // that, so coherence alone shows the class.
    return classes.get(slab);
  }

  /** Tells whether an address lies here. */
  boolean contains(long address) {
    return words.layout().contains(address);
  }

  /** Returns the class of an address that lies here, 0 if no slot of its slab was handed out. */
  int classOf(long address) {
    return classOf(words.layout().slabOf(address));
  }

  /** Sum of the push counters of some classes: see SlabHeap. */
  long pushes(int firstClass, int lastClass) {
    long sum = 0;
    for (int slab = 0; slab < slabs(); slab++) {
      int sizeClass = classOf(slab);
      if (sizeClass >= firstClass && sizeClass <= lastClass) {
        sum += words.pushes(slab, sizeClass);
      }
    }
    return sum;
  }
}
