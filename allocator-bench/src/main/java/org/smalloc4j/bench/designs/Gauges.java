package org.smalloc4j.bench.designs;

import java.util.OptionalLong;
import org.smalloc4j.Allocator;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.classic.BinnedAllocator;
import org.smalloc4j.classic.FirstFitAllocator;
import org.smalloc4j.classic.PageAllocator;
import org.smalloc4j.classic.SpinLockSlabAllocator;

/** What designs tell about themselves beyond {@link Allocator}. */
final class Gauges {

  private Gauges() {}

  /** How long threads have waited for locks in all, where there are some and someone counts. */
  static OptionalLong lockWaitNanos(ReplayTarget target) {
    return switch (target.allocator().orElse(null)) {
      case SpinLockSlabAllocator slab -> OptionalLong.of(slab.lockWaitNanos());
      case BinnedAllocator binned -> OptionalLong.of(binned.lockWaitNanos());
      case FirstFitAllocator firstFit -> OptionalLong.of(firstFit.lockWaitNanos());
      case null, default -> OptionalLong.empty();
    };
  }

  /** Slots, blocks or slabs that the longest operation has looked at, where someone counts. */
  static OptionalLong longestOperationSteps(ReplayTarget target) {
    return switch (target.allocator().orElse(null)) {
      case SpinLockSlabAllocator slab -> OptionalLong.of(slab.longestOperationSteps());
      case BinnedAllocator binned -> OptionalLong.of(binned.longestOperationSteps());
      case FirstFitAllocator firstFit -> OptionalLong.of(firstFit.longestOperationSteps());
      case PageAllocator page -> OptionalLong.of(page.longestOperationSteps());
      case null, default -> OptionalLong.empty();
    };
  }
}
