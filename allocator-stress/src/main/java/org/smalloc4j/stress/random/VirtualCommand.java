package org.smalloc4j.stress.random;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.Smalloc;
import org.smalloc4j.internal.os.NativeThread;
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
    PrintWriter out = spec.commandLine().getOut();
    // Elsewhere carriers have no numbers, and own nothing.
    if (NativeThread.prepare() && !controls(out)) {
      return 1;
    }
    long seed = givenSeed == null ? System.nanoTime() : givenSeed;
    out.printf(Locale.ROOT, "virtual: %,d threads, --seed %d%n", threads, seed);
    out.flush();
    long start = System.nanoTime();
    Smalloc heap = Smalloc.builder().name("virtual").build();
    Throwable thrown =
        VirtualCrowd.live(threads, alive, seed, heap, started -> tell(started, heap, out));
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

  /** Tells whether magazines of carriers pass, and do not if threads yield while they use one. */
  private static boolean controls(PrintWriter out) throws InterruptedException {
    boolean passes = !VirtualCrowd.complainsOf(heap -> new CarrierMagazines(heap, false));
    boolean caught = VirtualCrowd.complainsOf(heap -> new CarrierMagazines(heap, true));
    if (!passes) {
      out.println("WRONG: magazines of carriers, which are sound, do not pass for it");
    }
    out.println(
        caught
            ? "control: a yield between look-up and use of a carrier's magazine is caught"
            : "WRONG: a yield between look-up and use of a carrier's magazine passes for sound");
    out.flush();
    return passes && caught;
  }

  private static void tell(int started, Smalloc heap, PrintWriter out) {
    if (started % TOLD == 0) {
      out.printf(Locale.ROOT, "%,d started, %s%n", started, heap.stats().threads());
      out.flush();
    }
  }
}
