package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Collection;
import org.smalloc4j.internal.address.HeadWord;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A walk over a heap at rest: each slot of each area is exactly one of freed, beyond the frontier,
 * or live.
 */
public final class InvariantWalk {
  private final SharedWords words;
  private final Collection<Long> live;
  private long liveSeen;

  private InvariantWalk(SlabHeap heap, Collection<Long> live) {
    this.words = heap.words();
    this.live = live;
  }

  /** Fails unless the slots in use are exactly those at the addresses {@code live}. */
  public static void check(SlabHeap heap, Collection<Long> live) {
    InvariantWalk walk = new InvariantWalk(heap, live);
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
        walk.checkArea(slab, sizeClass);
      }
    }
    assertEquals(live.size(), walk.liveSeen, "slots below the frontiers that are not freed");
  }

  private void checkArea(int slab, int sizeClass) {
    long frontier = words.frontier(slab, sizeClass);
    boolean hasSlots =
        sizeClass >= SizeClass.SMALLEST && sizeClass <= words.layout().largestClass();
    String where = "slab " + slab + " class " + sizeClass + ": ";
    assertTrue(
        frontier >= 0 && frontier <= (hasSlots ? words.layout().slots(sizeClass) : 0),
        () -> where + "frontier " + frontier);
    BitSet freed = new BitSet();
    int code = HeadWord.top(words.head(slab, sizeClass));
    while (code != 0) {
      long slot = Integer.toUnsignedLong(code) - 1;
      assertTrue(slot < frontier, where + "freed slot " + slot + " beyond " + frontier);
      assertFalse(freed.get((int) slot), where + "slot " + slot + " is freed twice");
      freed.set((int) slot);
      code = RawMemory.loadLinkPlain(words.layout().address(slab, sizeClass, code));
    }
    for (long address : live) {
      if (words.layout().slabOf(address) == slab && words.layout().classOf(address) == sizeClass) {
        long slot = words.layout().slotOf(address, sizeClass);
        assertTrue(slot < frontier, where + "live slot " + slot + " beyond " + frontier);
        assertFalse(freed.get((int) slot), where + "slot " + slot + " is live and freed");
      }
    }
    liveSeen += frontier - freed.cardinality();
  }
}
