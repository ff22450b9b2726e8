package org.smalloc4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;

/** Threads that start together, once, each with random numbers of its own, and fail together. */
public final class Crowd {
  /** Makes platform threads. */
  public static final IntFunction<Thread.Builder> PLATFORM = _ -> Thread.ofPlatform();

  /** Makes virtual threads. */
  public static final IntFunction<Thread.Builder> VIRTUAL = _ -> Thread.ofVirtual();

  /** Makes platform and virtual threads by turns. */
  public static final IntFunction<Thread.Builder> MIXED =
      i -> i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();

  private final long seed;
  private final SplittableRandom seeds;
  private final CountDownLatch gate = new CountDownLatch(1);
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /** What one thread does. */
  @FunctionalInterface
  public interface Member {
    /** Does the work of thread {@code index}. */
    void work(int index, SplittableRandom random) throws Exception;
  }

  /** Creates a crowd whose random numbers follow from {@code seed}. */
  public Crowd(long seed) {
    this.seed = seed;
    seeds = new SplittableRandom(seed);
  }

  /** Runs {@code member} in several threads, and fails if it fails in one. */
  public void run(int threads, IntFunction<Thread.Builder> kind, Member member)
      throws InterruptedException {
    List<Thread> unstarted = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      unstarted.add(unstarted(kind.apply(i), i, member));
    }
    run(unstarted);
  }

  /** Runs {@code member} in several threads, and {@code beside} in one more until they end. */
  public void runBeside(
      Runnable beside, int threads, IntFunction<Thread.Builder> kind, Member member)
      throws InterruptedException {
    CountDownLatch working = new CountDownLatch(threads);
    Member besideThenMembers =
        (index, random) -> {
          if (index < threads) {
            try {
              member.work(index, random);
            } finally {
              working.countDown();
            }
          } else {
            do {
              beside.run();
            } while (working.getCount() > 0);
          }
        };
    run(threads + 1, kind, besideThenMembers);
  }

  /** Makes a thread that waits, once started, for the others of a {@link #run(List)}. */
  public Thread unstarted(Thread.Builder kind, int index, Member member) {
    SplittableRandom random = seeds.split();
    return kind.unstarted(
        () -> {
          try {
            gate.await();
            member.work(index, random);
          } catch (Throwable failure) {
            failures.add(failure);
          }
        });
  }

  /** Runs threads of {@link #unstarted}, and fails if one of them fails. */
  public void run(List<Thread> unstarted) throws InterruptedException {
    unstarted.forEach(Thread::start);
    gate.countDown();
    for (Thread thread : unstarted) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(
          failures.size() + " of " + unstarted.size() + " threads failed, seed " + seed,
          failures.peek());
    }
  }
}
