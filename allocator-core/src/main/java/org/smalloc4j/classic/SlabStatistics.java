package org.smalloc4j.classic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.AllocatorStats.SizeClassStats;

/** Puts together what slabs and the fallback's blocks amount to. */
final class SlabStatistics {
  /** The slots of one size. */
  private record Slots(long live, long free) {
    Slots plus(Slots other) {
      return new Slots(live + other.live, free + other.free);
    }
  }

  private SlabStatistics() {}

  /** Takes the figures; the caller has the lock. */
  static AllocatorStats of(SlabSpace slabs, ListedAllocator fallback) {
    Map<Long, Slots> slotsBySize = new TreeMap<>();
    long takenBytes = 0;
    for (SlabClass slabClass : slabs.classes()) {
      long handedOut = slabClass.handedOut();
      takenBytes += handedOut * slabClass.slotBytes;
      Slots slots = new Slots(slabClass.liveBlocks(), handedOut - slabClass.liveBlocks());
      slotsBySize.put((long) slabClass.slotBytes, slots);
    }
    long fallbackBytes = 0;
    for (long byteSize : fallback.liveSizes()) {
      fallbackBytes += byteSize;
      slotsBySize.merge(byteSize, new Slots(1, 0), Slots::plus);
    }
    long liveBlocks = 0;
    long liveBytes = 0;
    List<SizeClassStats> classes = new ArrayList<>();
    for (Map.Entry<Long, Slots> entry : slotsBySize.entrySet()) {
      long slotBytes = entry.getKey();
      Slots slots = entry.getValue();
      liveBlocks += slots.live();
      liveBytes += slots.live() * slotBytes;
      classes.add(new SizeClassStats(slotBytes, slots.live(), slots.free()));
    }
    return new AllocatorStats(
        liveBytes,
        liveBlocks,
        slabs.heldBytes() + fallbackBytes,
        takenBytes + fallbackBytes,
        Long.MAX_VALUE,
        0,
        classes,
        0);
  }
}
