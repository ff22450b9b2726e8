package org.smalloc4j.bench.replay;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.trace.Trace;

/** All events by the calling thread, in recorded order. */
final class SequentialReplay implements Replay {

  private final Player player;

  SequentialReplay(Trace trace, ReplayTarget target) {
    this.player = new Player(Scripts.sequential(trace), target, new BlockTable(trace.ids()));
  }

  @Override
  public long round(int round, @Nullable LiveBytes cold) {
    long start = System.nanoTime();
    player.play(round, cold);
    long nanos = System.nanoTime() - start;
    player.freeSurvivors(round);
    return nanos;
  }

  @Override
  public void close() {}
}
