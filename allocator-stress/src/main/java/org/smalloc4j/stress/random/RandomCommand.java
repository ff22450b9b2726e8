package org.smalloc4j.stress.random;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs rounds for some time. */
@Command(
    name = "random",
    description = {
      "Random calls by threads that come and go, on one heap after the other. Each block is filled"
          + " when it is allocated and checked when it is freed, by whichever thread.",
      "Each round prints its seed before it starts; --seed with that number runs the same round"
          + " first: the same heap and threads, and the same calls by each as far as these do not"
          + " depend on which thread is faster."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:nothing was wrong", "1:something was; the seed is printed", "2:usage"})
public final class RandomCommand implements Callable<Integer> {

  /** How long. */
  enum Tier {
    SHORT(Duration.ofSeconds(30)),
    MEDIUM(Duration.ofMinutes(10)),
    LONG(Duration.ofHours(1));

    private final Duration duration;

    Tier(Duration duration) {
      this.duration = duration;
    }
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--tier",
      description = "SHORT (30 s), MEDIUM (10 min) or LONG (1 h); default: ${DEFAULT-VALUE}.",
      defaultValue = "SHORT")
  private Tier tier = Tier.SHORT;

  @Option(
      names = "--seed",
      description = "Seed of the first round, as printed; default: another one each time.")
  private @Nullable Long firstSeed;

  @Option(
      names = "--rounds",
      description = "Stop after so many rounds, if the time is not over before.",
      defaultValue = "2147483647",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
  private int mostRounds;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (!BrokenHeap.isCaught()) {
      out.println("WRONG: a heap that hands out live blocks passes for sound");
      return 1;
    }
    out.println("control: a heap that hands out live blocks is caught");
    long seed = firstSeed == null ? System.nanoTime() : firstSeed;
    SplittableRandom seeds = new SplittableRandom(seed);
    long end = System.nanoTime() + tier.duration.toNanos();
    long calls = 0;
    int rounds = 0;
    while (rounds < mostRounds && System.nanoTime() < end) {
      RoundSetup setup = RoundSetup.of(rounds == 0 ? seed : seeds.nextLong());
      rounds++;
      out.println("round " + rounds + ", " + setup.tell());
      out.flush();
      try {
        calls += new Round(setup).run();
      } catch (AssertionError wrong) {
        wrong.printStackTrace(out);
        out.printf(Locale.ROOT, "WRONG in the round of --seed %d%n", setup.seed());
        out.flush();
        return 1;
      }
    }
    out.printf(Locale.ROOT, "random: %,d calls in %,d rounds, nothing wrong%n", calls, rounds);
    out.flush();
    return 0;
  }
}
