package org.smalloc4j.stress.revoke;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.smalloc4j.internal.slab.IdleHeap.Form;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Takes slabs from idle owners in several kinds of JVM; the weakened forms must be caught. */
@Command(
    name = "revoke",
    description = {
      "Takes slabs from owners that wait, run and pass blocks on, in a JVM of each of several"
          + " kinds. Each block is filled when it is allocated and checked when it is freed.",
      "Then in forms that are weakened: an error must be found in each."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:as it should be", "1:it is not; the seed is printed", "2:usage"})
public final class RevokeCommand implements Callable<Integer> {
  private static final String DIAGNOSTIC = "-XX:+UnlockDiagnosticVMOptions";
  private static final String C1 = "-XX:TieredStopAtLevel=1";

  /** A weakened form is tried so often before it counts as not caught. */
  private static final int MOST_TRIES = 10;

  /** Options of a JVM, and what is run in it. */
  private record Job(String program, String form, boolean isWeakened, List<String> options) {
    static Job sound(String... options) {
      return new Job(RevokeProgram.class.getName(), Form.SOUND.name(), false, List.of(options));
    }

    static Job weakened(Form form) {
      return new Job(RevokeProgram.class.getName(), form.name(), true, List.of());
    }

    static Job loading(LoadingProgram.Form form) {
      List<String> options = List.of(C1, "-Xbatch");
      boolean isWeakened = form != LoadingProgram.Form.SOUND;
      return new Job(LoadingProgram.class.getName(), form.name(), isWeakened, options);
    }
  }

  private static List<Job> jobs(boolean isLong) {
    List<Job> jobs = new ArrayList<>();
    jobs.add(Job.sound());
    jobs.add(Job.sound("-Xint"));
    jobs.add(Job.sound(C1));
    jobs.add(Job.sound("-XX:-TieredCompilation"));
    jobs.add(Job.sound(DIAGNOSTIC, "-XX:+UseSystemMemoryBarrier"));
    jobs.add(Job.sound("-XX:+UseZGC"));
    if (isLong) {
      jobs.add(Job.sound("-XX:+UseSerialGC"));
      jobs.add(Job.sound("-XX:+UseParallelGC"));
      jobs.add(Job.sound("-XX:+UseShenandoahGC"));
      jobs.add(Job.sound("-XX:TieredStopAtLevel=3"));
      jobs.add(Job.sound("-XX:+UseCountedLoopSafepoints", "-XX:LoopStripMiningIter=1"));
      jobs.add(Job.sound(DIAGNOSTIC, "-XX:+StressLCM", "-XX:+StressGCM", "-XX:-TieredCompilation"));
      jobs.add(Job.sound("-XX:-Inline"));
      jobs.add(Job.sound("-XX:+UseCompactObjectHeaders"));
    }
    jobs.add(Job.loading(LoadingProgram.Form.SOUND));
    jobs.add(Job.weakened(Form.NO_HANDSHAKE));
    jobs.add(Job.weakened(Form.ANY_STACK));
    jobs.add(Job.loading(LoadingProgram.Form.ANY_PARK));
    return jobs;
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--millis",
      description = "How long in each JVM; default: ${DEFAULT-VALUE}.",
      defaultValue = "1500")
  private long millis;

  @Option(names = "--long", description = "In more kinds of JVM.")
  private boolean isLong;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    int wrong = 0;
    Path directory = Files.createTempDirectory("revoke");
    for (Job job : jobs(isLong)) {
      long seed = System.nanoTime();
      boolean hasFailed = run(job, seed, directory);
      for (int i = 1; job.isWeakened() && !hasFailed && i < MOST_TRIES; i++) {
        hasFailed = run(job, seed + i, directory);
      }
      boolean isExpected = hasFailed == job.isWeakened();
      wrong += isExpected ? 0 : 1;
      out.printf(
          Locale.ROOT,
          "%-10s %-13s %-60s %s%n",
          isExpected ? (hasFailed ? "caught" : "passed") : "WRONG",
          job.form(),
          String.join(" ", job.options()),
          lastLine(directory.resolve("out")));
      if (!isExpected) {
        out.println("seed " + seed);
        out.println(Files.readString(directory.resolve("out")));
      }
      out.flush();
    }
    out.println("revoke: not as it should be: " + wrong);
    out.flush();
    return wrong == 0 ? 0 : 1;
  }

  private boolean run(Job job, long seed, Path directory) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(job.options());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:-CreateCoredumpOnCrash",
            "--enable-native-access=ALL-UNNAMED",
            "-classpath",
            System.getProperty("java.class.path"),
            job.program(),
            job.form(),
            Long.toString(millis),
            Long.toString(seed)));
    int status =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start()
            .waitFor();
    return status != 0;
  }

  private static String lastLine(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return lines.isEmpty() ? "" : lines.getLast();
  }
}
