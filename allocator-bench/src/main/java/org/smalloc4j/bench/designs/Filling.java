package org.smalloc4j.bench.designs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.smalloc4j.Allocator;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.process.ProcessMemory;

/** Fills a heap, replaces what is in it, and empties it: what memory does that take, and keep? */
final class Filling {

  /** Live blocks. Below the mappings that Linux allows a process, 65,530, of a block each. */
  static final int BLOCKS = 40_000;

  /** Bytes asked for by the blocks that were live before all were freed. */
  static final String LIVE = "live";

  /** Resident bytes that the heap added to the JVM at its peak. */
  static final String RESIDENT = "resident";

  /** What of them was there when all blocks were freed. */
  static final String FREED = "freed";

  /** What of them was there after the threads had ended, and a trim. */
  static final String TRIMMED = "trimmed";

  /** Steps of the longest operation. */
  static final String STEPS = "steps";

  private static final int REPLACED = 3;
  private static final int WARM_BLOCKS = 500;
  private static final long WARM_NANOS = 300_000_000L;

  private Filling() {}

  /** Does it with so many threads, each with blocks of its own. */
  static Map<String, Double> run(ReplayTarget target, int threads) {
    var small = new Replacement(target, 0, WARM_BLOCKS);
    Loop.time(small, WARM_NANOS / 2);
    small.freeAll();
    Map<String, Double> figures = new HashMap<>();
    OptionalLong baseline;
    try (var team = new Team(threads)) {
      baseline = ProcessMemory.startPeak();
      fillAndFree(target, team, baseline, figures);
    }
    // Only now, since an owner of a slab keeps what it has for as long as it lives.
    target.allocator().ifPresent(Allocator::trim);
    put(figures, TRIMMED, baseline, ProcessMemory.resident());
    Gauges.longestOperationSteps(target).ifPresent(steps -> figures.put(STEPS, (double) steps));
    return figures;
  }

  private static void fillAndFree(
      ReplayTarget target, Team team, OptionalLong baseline, Map<String, Double> figures) {
    int blocks = BLOCKS / team.size();
    List<Replacement> works = team.each(thread -> new Replacement(target, thread * blocks, blocks));
    team.each(thread -> replace(works.get(thread), REPLACED * (long) blocks));
    figures.put(LIVE, (double) works.stream().mapToLong(Replacement::liveBytes).sum());
    put(figures, RESIDENT, baseline, ProcessMemory.peak());
    team.each(
        thread -> {
          works.get(thread).freeAll();
          return thread;
        });
    put(figures, FREED, baseline, ProcessMemory.resident());
  }

  private static long replace(Work work, long blocks) {
    long done = 0;
    while (done < blocks) {
      done += work.run();
    }
    return done;
  }

  private static void put(
      Map<String, Double> figures, String name, OptionalLong from, OptionalLong to) {
    if (from.isPresent() && to.isPresent()) {
      figures.put(name, (double) (to.getAsLong() - from.getAsLong()));
    }
  }
}
