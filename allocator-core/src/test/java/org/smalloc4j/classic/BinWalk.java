package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.smalloc4j.AllocatorStats;

/** The invariants of {@link Bins}, of an allocator at rest. */
final class BinWalk {
  private BinWalk() {}

  /** Fails unless every slot that was handed out is live, or on one list of one cache. */
  static void check(BinnedAllocator allocator, Collection<Long> live) {
    Set<Long> seen = new HashSet<>(live);
    assertEquals(live.size(), seen.size(), "live blocks");
    long liveSlots = live.stream().filter(block -> allocator.bins().pageOf(block) != null).count();
    long[] handedOut = new long[1];
    allocator
        .bins()
        .caches()
        .whileLocked(
            locked -> {
              for (BinCache cache : locked) {
                for (Bin bin : cache.bins()) {
                  handedOut[0] += bin.handedOut() - bin.lost();
                  for (long slot : bin.freeSlots()) {
                    assertTrue(seen.add(slot), () -> Long.toHexString(slot) + " is there twice");
                    BinPage page = allocator.bins().pageOf(slot);
                    assertTrue(page != null && page.hasSlotAt(slot), "a slot of a page");
                    assertEquals(bin.slotBytes(), page.slotBytes(), "of its bin's size");
                  }
                }
              }
            });
    assertEquals(handedOut[0], seen.size() - live.size() + liveSlots, "slots handed out");
    AllocatorStats stats = allocator.stats();
    assertEquals(live.size(), stats.liveBlocks());
    assertFalse(stats.takenBytes() > stats.reservedBytes(), stats::toString);
  }
}
