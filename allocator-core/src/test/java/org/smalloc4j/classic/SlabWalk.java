package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.smalloc4j.OffHeap;

/** Checks the invariants that {@link Slab}, {@link SlabClass} and {@link SlabSpace} state. */
final class SlabWalk {
  private SlabWalk() {}

  /** Fails unless the insides of an allocator at rest, with these live blocks, are consistent. */
  static void check(SpinLockSlabAllocator allocator, Collection<Long> live) {
    Set<Long> inSlabs = new HashSet<>();
    long slabs = 0;
    for (SlabClass slabClass : allocator.slabs().classes()) {
      long liveBlocks = 0;
      Slab before = null;
      for (Slab slab = slabClass.first(); slab != null; slab = slab.next) {
        assertSame(before, slab.previous, "links of the list of slabs");
        assertSame(slab, allocator.slabs().owner(slab.base()), "owner of a slab's first byte");
        assertSame(slab, allocator.slabs().owner(slab.base() + slabClass.slabBytes - 1));
        assertFalse(
            allocator.slabs().fullOnesAreLast()
                && before != null
                && before.isFull()
                && !slab.isFull(),
            "a full slab stands before one that is not");
        checkList(slab);
        addLive(slab, inSlabs);
        liveBlocks += slab.liveSlots();
        slabs++;
        before = slab;
      }
      assertEquals(liveBlocks, slabClass.liveBlocks(), "live blocks of " + slabClass.slotBytes);
    }
    assertEquals(slabs * allocator.slabs().slabBytes(), allocator.slabs().heldBytes());
    Set<Long> expected = new HashSet<>(live);
    assertTrue(expected.containsAll(inSlabs), "a slot that nobody has is live");
    expected.removeAll(inSlabs);
    for (long address : expected) {
      assertTrue(allocator.owns(address), "a live block is in a slab or listed");
    }
    assertEquals(live.size(), allocator.stats().liveBlocks());
  }

  private static void checkList(Slab slab) {
    BitSet free = new BitSet();
    int fresh = slab.handedOut();
    for (int slot = slab.firstFree();
        slot >= 0;
        slot = (int) OffHeap.loadLong(slab.address(slot))) {
      assertFalse(free.get(slot), "a slot is on the list twice");
      assertFalse(slab.isLive(slot), "a live slot is on the list");
      free.set(slot);
      if (slot >= slab.handedOut()) {
        assertEquals(fresh, slot, "fresh slots stand at the end, in order");
        fresh++;
      } else {
        assertEquals(slab.handedOut(), fresh, "a freed slot behind a fresh one");
      }
    }
    assertEquals(slab.slots() - slab.liveSlots(), free.cardinality(), "free slots");
    assertEquals(slab.slots(), fresh, "fresh slots");
  }

  private static void addLive(Slab slab, Set<Long> inSlabs) {
    int liveSlots = 0;
    for (int slot = 0; slot < slab.slots(); slot++) {
      if (slab.isLive(slot)) {
        assertTrue(slot < slab.handedOut(), "a live slot was handed out");
        inSlabs.add(slab.address(slot));
        liveSlots++;
      }
    }
    assertEquals(slab.liveSlots(), liveSlots, "live slots");
  }
}
