package org.smalloc4j;

import java.util.ArrayList;
import java.util.List;
import org.smalloc4j.AllocatorStats.SizeClassStats;
import org.smalloc4j.AllocatorStats.ThreadStats;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.slab.Census;
import org.smalloc4j.internal.slab.OwnedHeap;
import org.smalloc4j.internal.slab.Ownership;
import org.smalloc4j.internal.slab.Residency;

/** What a walk through a heap finds, as {@link AllocatorStats}. */
final class Statistics {
  private Statistics() {}

  static AllocatorStats of(OwnedHeap heap) {
    Census census = Census.of(heap);
    long liveBytes = 0;
    long liveBlocks = 0;
    long lostBlocks = 0;
    List<SizeClassStats> sizeClasses = new ArrayList<>();
    for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
      if (census.taken(sizeClass) > 0) {
        long slotBytes = SizeClass.slotBytes(sizeClass);
        long live = census.live(sizeClass);
        liveBlocks += live;
        lostBlocks += census.lost(sizeClass);
        liveBytes += live * slotBytes;
        sizeClasses.add(
            new SizeClassStats(slotBytes, live, census.freed(sizeClass), census.fresh(sizeClass)));
      }
    }
    return new AllocatorStats(
        liveBytes,
        liveBlocks,
        heap.shared().region().byteSize(),
        census.takenBytes(),
        heap.shared().limit().byteLimit(),
        heap.shared().region().refusedBits(),
        sizeClasses,
        lostBlocks,
        threadsOf(heap),
        census.heldBytes(),
        // Last: what a census is the first to read becomes resident, and stays so.
        new Residency(heap).bytes());
  }

  private static ThreadStats threadsOf(OwnedHeap heap) {
    Ownership found = Ownership.of(heap);
    return new ThreadStats(
        found.ownable(),
        found.owned(),
        found.sharers(),
        found.refusals(),
        found.takesIdle(),
        found.taken());
  }
}
