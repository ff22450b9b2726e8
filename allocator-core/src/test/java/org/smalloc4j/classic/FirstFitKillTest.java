package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smalloc4j.ChildJvm;

/**
 * A heap in a file whose process is killed again and again, at random moments of its work. The
 * number of times is that of {@code -Dsmalloc4j.kills=200}.
 */
class FirstFitKillTest {
  private static final int KILLS = Integer.getInteger("smalloc4j.kills", 20);

  /** Long enough for the compiler to be done with most. */
  private static final int LONGEST_MILLIS = 400;

  @TempDir private Path directory;
  private final SplittableRandom random = new SplittableRandom(2025);
  private final List<String> refusals = new ArrayList<>();
  private long strays;

  @Test
  void aHeapIsIntactWhereverItsProcessWasKilled() throws Exception {
    Path file = directory.resolve("heap");
    for (int kill = 0; kill < KILLS; kill++) {
      workAndDie(file, coalescing(kill));
      checkAndCountStrays(file, coalescing(kill / 2), kill);
    }
    String figures =
        KILLS
            + " kills: "
            + (KILLS - refusals.size())
            + " times intact, "
            + strays
            + " blocks lost";
    System.out.println(figures);
    assertTrue(refusals.size() <= KILLS / 100, () -> figures + "; refused: " + refusals);
  }

  private static Coalescing coalescing(int number) {
    return number % 2 == 0 ? Coalescing.DURING_SEARCH : Coalescing.AT_FREE;
  }

  private void workAndDie(Path file, Coalescing coalescing)
      throws IOException, InterruptedException {
    String seed = String.valueOf(random.nextLong());
    ProcessBuilder builder =
        new ChildJvm(directory)
            .options("-XX:+UseSerialGC", "-Xmx64m")
            .process(KilledHeap.class, file.toString(), coalescing.name(), seed);
    builder.redirectError(directory.resolve("errors").toFile());
    Process process = builder.start();
    try {
      boolean whileItOpens = random.nextInt(8) == 0;
      if (!whileItOpens) {
        assertEquals('!', process.getInputStream().read(), "the program works");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1) * random.nextInt(LONGEST_MILLIS));
      assertTrue(process.isAlive(), "the program works until it is killed");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private void checkAndCountStrays(Path file, Coalescing coalescing, int kill) {
    try (FirstFitAllocator heap = KilledHeap.open(file, coalescing)) {
      long before = strays;
      strays = KilledHeap.checkedStrays(heap);
      // of a realloc that was killed both blocks are live, and of that and malloc none is told
      assertTrue(strays - before <= 2, () -> strays - before + " blocks lost at kill " + kill);
    } catch (IllegalArgumentException refused) {
      refusals.add("kill " + kill + ": " + refused.getMessage());
      assertTrue(file.toFile().delete());
      strays = 0;
    }
  }
}
