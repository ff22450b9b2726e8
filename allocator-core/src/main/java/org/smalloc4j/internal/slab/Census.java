package org.smalloc4j.internal.slab;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;

/**
 * A count of the slots of a heap by size class, from words that are kept anyway: no list is walked
 * but those of 4-byte slots.
 *
 * <p>Each figure is read at an instant of its own. Per class {@code 0 <= live}, {@code 0 <= freed}
 * and {@code live + freed + lost = taken}, {@code taken + fresh} is the same at all times but where
 * an annex grows, also while others allocate and free; exact if nobody does.
 */
public final class Census {
  private final long[] taken = new long[SizeClass.COUNT];
  private final long[] freed = new long[SizeClass.COUNT];
  private final long[] lost = new long[SizeClass.COUNT];
  private final long[] slots = new long[SizeClass.COUNT];
  private long heldBytes;

  private Census() {}

  /** Counts a heap. */
  public static Census of(OwnedHeap heap) {
    return of(heap, SizeClass.SMALLEST, heap.shared().largestClass());
  }

  /** Counts some classes of a heap. */
  static Census of(OwnedHeap heap, int firstClass, int lastClass) {
    Census census = new Census();
    census.count(heap, firstClass, lastClass);
    return census;
  }

  private void count(OwnedHeap heap, int firstClass, int lastClass) {
    SharedWords words = heap.shared().words();
    long bytesLeft = words.limit().byteLimit();
    for (int sizeClass = firstClass; sizeClass <= lastClass; sizeClass++) {
      long frontiers = 0;
      long free = 0;
      long held = 0;
      for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
        long frontier = words.frontier(slab, sizeClass);
        if (frontier > 0) {
          frontiers += Math.max(0, frontier - words.sorted().purgedCount(slab, sizeClass));
          free += words.length(slab, sizeClass) + words.sorted().keptCount(slab, sizeClass);
        }
        held += heap.held().count(slab, sizeClass); // also where all of it is borrowed
        held += heap.held().countOutbox(slab, sizeClass);
      }
      free += held;
      long dropped = words.counts().lost(sizeClass);
      Annex annex = heap.shared().annex();
      for (int slab = 0; annex != null && slab < annex.slabs(); slab++) {
        if (annex.classOf(slab) == sizeClass) {
          frontiers += annex.words().frontier(slab, sizeClass);
          free += annex.words().length(slab, sizeClass);
        }
      }
      slots[sizeClass] = slots(words, annex, sizeClass);
      dropped += annex == null ? 0 : annex.words().counts().lost(sizeClass);
      // Frontiers that are read one after the other add up to more than the limit if a trim lowers
      // one, and another thread raises another one, in between.
      frontiers = Math.min(frontiers, bytesLeft >> sizeClass);
      bytesLeft -= frontiers << sizeClass;
      taken[sizeClass] = frontiers;
      lost[sizeClass] = Math.min(dropped, frontiers);
      freed[sizeClass] = Math.clamp(free, 0, frontiers - lost[sizeClass]);
      heldBytes += Math.clamp(held, 0, freed[sizeClass]) << sizeClass;
    }
  }

  private static long slots(SharedWords words, @Nullable Annex annex, int sizeClass) {
    RegionLayout layout = words.layout();
    long slots =
        sizeClass <= layout.largestClass() ? RegionLayout.SLABS * layout.slots(sizeClass) : 0;
    for (int slab = 0; annex != null && slab < annex.slabs(); slab++) {
      slots += annex.classOf(slab) == sizeClass ? annex.words().layout().slots(sizeClass) : 0;
    }
    return slots;
  }

  /** Returns the slots of a class below the frontiers, but for those that are purged. */
  public long taken(int sizeClass) {
    return taken[sizeClass];
  }

  /** Returns the slots of a class that are free: listed, sorted, in a stash, or in an outbox. */
  public long freed(int sizeClass) {
    return freed[sizeClass];
  }

  /** Returns the slots of a class that were never handed out, or are purged. */
  public long fresh(int sizeClass) {
    return slots[sizeClass] - taken[sizeClass];
  }

  /** Returns the slot bytes that are free in stashes and outboxes. */
  public long heldBytes() {
    return heldBytes;
  }

  /** Returns the slots of a class that were dropped with a damaged list. */
  public long lost(int sizeClass) {
    return lost[sizeClass];
  }

  /** Returns the slots of a class that are neither freed nor lost nor beyond the frontier. */
  public long live(int sizeClass) {
    return taken[sizeClass] - freed[sizeClass] - lost[sizeClass];
  }

  /** Returns the slot bytes of all classes that are taken. */
  public long takenBytes() {
    long bytes = 0;
    for (int sizeClass = 0; sizeClass < taken.length; sizeClass++) {
      bytes += taken[sizeClass] << sizeClass;
    }
    return bytes;
  }
}
