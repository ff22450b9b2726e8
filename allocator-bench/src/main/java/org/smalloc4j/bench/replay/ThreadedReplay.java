package org.smalloc4j.bench.replay;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.trace.Trace;

/**
 * Each recorded thread's events by a platform thread of its own.
 *
 * <p>The threads live as long as the replay and meet at a barrier before the first event, after the
 * last one, and after the frees of what was left live.
 */
final class ThreadedReplay implements Replay {

  private final BlockTable blocks;
  private final CyclicBarrier barrier;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile Round current = new Round(0, null);
  private volatile boolean closed;

  /** What the threads are to play now, and when the first began and the last ended. */
  private record Round(
      int number, @Nullable LiveBytes cold, LongAccumulator start, LongAccumulator end) {
    Round(int number, @Nullable LiveBytes cold) {
      this(
          number,
          cold,
          new LongAccumulator(Math::min, Long.MAX_VALUE),
          new LongAccumulator(Math::max, Long.MIN_VALUE));
    }
  }

  ThreadedReplay(Trace trace, ReplayTarget target) {
    this.blocks = new BlockTable(trace.ids());
    List<Script> scripts = Scripts.perThread(trace);
    this.barrier = new CyclicBarrier(scripts.size() + 1);
    for (Script script : scripts) {
      var player = new Player(script, target, blocks);
      Thread.ofPlatform().daemon().name("replay-", 0).start(() -> serve(player));
    }
  }

  @Override
  public long round(int round, @Nullable LiveBytes cold) {
    blocks.restart();
    var next = new Round(round, cold);
    current = next;
    meet();
    meet();
    meet();
    Throwable thrown = failure.get();
    if (thrown instanceof ReplayException e) {
      throw e;
    }
    if (thrown != null) {
      throw new IllegalStateException("a replaying thread failed: " + thrown, thrown);
    }
    return next.end.get() - next.start.get();
  }

  private void serve(Player player) {
    while (true) {
      meet();
      if (closed) {
        return;
      }
      Round round = current;
      round.start.accumulate(System.nanoTime());
      guarded(() -> player.play(round.number, round.cold));
      round.end.accumulate(System.nanoTime());
      meet();
      if (failure.get() == null) {
        guarded(() -> player.freeSurvivors(round.number));
      }
      meet();
    }
  }

  private void guarded(Runnable part) {
    try {
      part.run();
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      blocks.abandon();
    }
  }

  private void meet() {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException("the replay was interrupted", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    meet();
  }
}
