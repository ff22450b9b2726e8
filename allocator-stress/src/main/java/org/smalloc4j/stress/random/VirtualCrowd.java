package org.smalloc4j.stress.random;

import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.Smalloc;

/** Many virtual threads on one heap, so many at a time. */
final class VirtualCrowd {
  /** Threads of a control; a sound heap passes them in a second. */
  private static final int CONTROLS = 20_000;

  private static final int CONTROLS_ALIVE = 100;

  private final int threads;
  private final int alive;
  private final Ground ground;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private VirtualCrowd(int threads, int alive, Ground ground) {
    this.threads = threads;
    this.alive = alive;
    this.ground = ground;
  }

  /**
   * Has them all live on a heap of their own; returns what went wrong, or null.
   *
   * @param started told how many have been
   */
  static @Nullable Throwable live(
      int threads, int alive, long seed, Smalloc heap, IntConsumer started)
      throws InterruptedException {
    try (Ground ground = new Ground(heap, heap)) {
      Throwable wrong = new VirtualCrowd(threads, alive, ground).run(seed, started);
      if (wrong == null) {
        checkAtRest(ground);
      }
      return wrong;
    } catch (AssertionError | IllegalStateException wrong) {
      return wrong;
    }
  }

  /** Tells whether a crowd complains of what {@code blocks} makes of a heap. */
  static boolean complainsOf(Function<Smalloc, Allocator> blocks) throws InterruptedException {
    Smalloc heap = Smalloc.create();
    try (Ground ground = new Ground(heap, blocks.apply(heap))) {
      var crowd = new VirtualCrowd(CONTROLS, CONTROLS_ALIVE, ground);
      return crowd.run(1, _ -> {}) != null;
    }
  }

  private @Nullable Throwable run(long seed, IntConsumer started) throws InterruptedException {
    var random = new SplittableRandom(seed);
    var seats = new Semaphore(alive);
    for (int i = 0; i < threads && failure.get() == null; i++) {
      seats.acquire();
      var life = new VirtualLife(ground, i, random.split());
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  life.run();
                } catch (Throwable thrown) {
                  failure.compareAndSet(null, thrown);
                } finally {
                  seats.release();
                }
              });
      started.accept(i + 1);
    }
    seats.acquire(alive);
    return failure.get();
  }

  private static void checkAtRest(Ground ground) {
    for (Block left = ground.rings().receiveAny();
        left != null;
        left = ground.rings().receiveAny()) {
      left.check();
      ground.heap().free(left.address());
    }
    AllocatorStats stats = ground.heap().stats();
    if (stats.liveBlocks() != 0 || stats.lostBlocks() != 0) {
      throw new AssertionError("all blocks are freed, and the heap has " + stats);
    }
  }
}
