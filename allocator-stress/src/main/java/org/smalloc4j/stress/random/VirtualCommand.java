package org.smalloc4j.stress.random;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.Smalloc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs many virtual threads on one heap. */
@Command(
    name = "virtual",
    description = {
      "Virtual threads on one heap, each of a few calls, among which it yields, parks, waits for a"
          + " monitor, parks below a C function, in a cleanup of an arena, or in an allocator that"
          + " C code calls. Each block is filled when it is allocated and checked when it is freed,"
          + " by whichever thread."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:nothing was wrong", "1:something was; the seed is printed", "2:usage"})
public final class VirtualCommand implements Callable<Integer> {
  private static final int TOLD = 100_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--threads",
      description = "How many in all; default: ${DEFAULT-VALUE}.",
      defaultValue = "1000000")
  private int threads;

  @Option(
      names = "--alive",
      description = "How many at a time; default: ${DEFAULT-VALUE}.",
      defaultValue = "1000")
  private int alive;

  @Option(
      names = "--seed",
      description = "What the threads do; default: another one each time, which is printed.")
  private @Nullable Long givenSeed;

  @Override
  public Integer call() throws InterruptedException {
    if (threads < 1 || alive < 1) {
      throw new ParameterException(spec.commandLine(), "--threads and --alive must be at least 1");
    }
    long seed = givenSeed == null ? System.nanoTime() : givenSeed;
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, "virtual: %,d threads, --seed %d%n", threads, seed);
    out.flush();
    var failure = new AtomicReference<@Nullable Throwable>();
    long start = System.nanoTime();
    try (Ground ground = new Ground(Smalloc.builder().name("virtual").build())) {
      runAll(ground, new SplittableRandom(seed), failure, out);
      if (failure.get() == null) {
        checkAtRest(ground);
      }
    } catch (AssertionError | IllegalStateException wrong) {
      failure.compareAndSet(null, wrong);
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      thrown.printStackTrace(out);
      out.printf(Locale.ROOT, "WRONG with --seed %d%n", seed);
      out.flush();
      return 1;
    }
    out.printf(
        Locale.ROOT,
        "virtual: %,d threads in %.1f s, nothing wrong%n",
        threads,
        (System.nanoTime() - start) / 1e9);
    out.flush();
    return 0;
  }

  private void runAll(
      Ground ground,
      SplittableRandom random,
      AtomicReference<@Nullable Throwable> failure,
      PrintWriter out)
      throws InterruptedException {
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
      if ((i + 1) % TOLD == 0) {
        out.printf(Locale.ROOT, "%,d started, %s%n", i + 1, ground.heap().stats().threads());
        out.flush();
      }
    }
    seats.acquire(alive);
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
