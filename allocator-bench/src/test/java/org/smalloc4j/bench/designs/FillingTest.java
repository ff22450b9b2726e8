package org.smalloc4j.bench.designs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Allocator;
import org.smalloc4j.bench.allocator.ReplayTarget;

/** What the tasks do to an allocator. */
class FillingTest {

  private final ReplayTarget target = Design.BINNED_LOCKED.target().open(1, true);
  private final Allocator allocator = target.allocator().orElseThrow();

  @Test
  void replacingKeepsAsManyBlocksAndFreeingLeavesNone() {
    long before = allocator.stats().liveBlocks();
    var work = new Replacement(target, 0, 50);
    assertEquals(64, work.run());
    assertEquals(50, allocator.stats().liveBlocks() - before);
    assertTrue(work.liveBytes() >= 50 * 16, () -> "live: " + work.liveBytes());
    work.freeAll();
    assertEquals(before, allocator.stats().liveBlocks());
    assertEquals(0, work.liveBytes());
  }

  @Test
  void everyTimedTaskLeavesNothingLive() {
    long before = allocator.stats().liveBlocks();
    assertEquals(1_000, Work.pair(target).run());
    assertEquals(100, Work.batch(target, Work.lastFirst(100)).run());
    assertEquals(100, Work.batch(target, Work.shuffled(100)).run());
    assertEquals(before, allocator.stats().liveBlocks());
  }

  @Test
  void scalingTellsThroughputAndWaitingForEachNumberOfThreads() {
    Map<String, Double> figures = Scaling.run(target, 5, 1_000_000);
    assertEquals(List.of(1, 2, 4), Scaling.ladder(5));
    for (int threads : Scaling.ladder(5)) {
      assertTrue(figures.get(Scaling.MILLIONS + threads) > 0, figures::toString);
      double waiting = figures.get(Scaling.WAITING + threads);
      assertTrue(waiting >= 0 && waiting <= 1, figures::toString);
    }
    assertEquals(0.0, figures.get(Scaling.WAITING + 1));
  }

  @Test
  void whatAThreadOfATeamThrowsIsThrown() {
    try (var team = new Team(2)) {
      var thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  team.each(
                      thread -> {
                        throw new IllegalArgumentException("thread " + thread);
                      }));
      assertTrue(thrown.getMessage().contains("thread 0"), thrown::getMessage);
    }
  }

  @Test
  void onlyDesignsWithCountersTellThem() {
    assertTrue(Gauges.longestOperationSteps(target).getAsLong() >= 0);
    ReplayTarget system = Design.SYSTEM.target().open(1, true);
    assertFalse(Gauges.lockWaitNanos(system).isPresent());
    assertFalse(Gauges.longestOperationSteps(system).isPresent());
  }

  @Test
  void batchesComeFromAllSources() {
    for (Batches batches : Batches.values()) {
      assertEquals(100, batches.source().work().run(), batches::label);
    }
  }
}
