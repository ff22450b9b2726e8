package org.smalloc4j.stress.random;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.Smalloc;

/**
 * A heap from its first malloc to its close, and threads that die and are replaced all the time.
 */
final class Round {
  /** Lives in a round, at all seats together. */
  private static final int LIVES = 600;

  private final RoundSetup setup;
  private final Rings rings;
  private final LongAdder calls = new LongAdder();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Creates a round. */
  Round(RoundSetup setup) {
    this.setup = setup;
    this.rings = new Rings(setup.seats());
  }

  /**
   * Runs the round.
   *
   * @return how many calls its threads made
   * @throws AssertionError if anything is wrong with the heap
   */
  long run() throws InterruptedException {
    SplittableRandom random = new SplittableRandom(setup.seed());
    try (Smalloc heap = setup.heap()) {
      List<Thread> keepers = new ArrayList<>();
      for (int i = 0; i < setup.seats(); i++) {
        int seat = i;
        SplittableRandom seatRandom = random.split();
        keepers.add(Thread.ofVirtual().start(() -> keep(seat, heap, seatRandom)));
      }
      for (Thread keeper : keepers) {
        keeper.join();
      }
      Throwable thrown = failure.get();
      if (thrown != null) {
        throw new AssertionError(thrown.getMessage(), thrown);
      }
      checkAtRest(heap);
    }
    return calls.sum();
  }

  /** Has one life after the other lived at a seat. */
  private void keep(int seat, Smalloc heap, SplittableRandom random) {
    Thread.Builder threads =
        seat < setup.platformThreads() ? Thread.ofPlatform() : Thread.ofVirtual();
    int lives = Math.max(1, LIVES / setup.seats());
    for (int i = 0; i < lives && failure.get() == null; i++) {
      Life life = new Life(heap, rings, seat, seat * lives + i, random.split());
      Thread thread =
          threads
              .uncaughtExceptionHandler((_, thrown) -> failure.compareAndSet(null, thrown))
              .start(life);
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError("nobody interrupts a keeper", e);
      }
      calls.add(life.calls());
    }
  }

  private void checkAtRest(Smalloc heap) {
    for (Block left = rings.receiveAny(); left != null; left = rings.receiveAny()) {
      left.check();
      heap.free(left.address());
    }
    AllocatorStats stats = heap.stats();
    if (stats.liveBlocks() != 0 || stats.liveBytes() != 0) {
      throw new AssertionError("all blocks are freed, and the heap has " + stats);
    }
  }
}
