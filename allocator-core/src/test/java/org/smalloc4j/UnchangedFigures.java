package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * The figures of an allocator before and after something that changes nothing: all but {@link
 * AllocatorStats#residentBytes}, which grows by what is only read.
 */
final class UnchangedFigures {
  private UnchangedFigures() {}

  static void check(AllocatorStats before, AllocatorStats now, String when) {
    assertEquals(butResident(before), butResident(now), when);
  }

  private static AllocatorStats butResident(AllocatorStats stats) {
    return new AllocatorStats(
        stats.liveBytes(),
        stats.liveBlocks(),
        stats.reservedBytes(),
        stats.takenBytes(),
        stats.limitBytes(),
        stats.refusedBits(),
        stats.sizeClasses(),
        stats.lostBlocks(),
        stats.threads(),
        stats.heldBytes(),
        0);
  }
}
