package org.smalloc4j.bench.replay;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.process.RunQueue;
import org.smalloc4j.bench.trace.Trace;

/**
 * All events by the calling thread, in recorded order. What it stood ready while others had the
 * CPUs is not of its time; with threads that wait for one another, no such part can be told.
 */
final class SequentialReplay implements Replay {

  private final Player player;

  SequentialReplay(Trace trace, ReplayTarget target) {
    this.player = new Player(Scripts.sequential(trace), target, new BlockTable(trace.ids()));
  }

  @Override
  public long round(int round, @Nullable LiveBytes cold) {
    long begin = System.nanoTime();
    long waited = RunQueue.waitedNanos();
    long start = System.nanoTime();
    player.play(round, cold);
    long nanos = System.nanoTime() - start;
    waited = RunQueue.waitedNanos() - waited;
    // What it waited between a look at the clock and one at the queue is not of the round.
    long around = System.nanoTime() - begin - nanos;
    player.freeSurvivors(round);
    return nanos - Math.clamp(waited - around, 0, nanos - 1);
  }

  @Override
  public void close() {}
}
