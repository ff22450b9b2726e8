package org.smalloc4j.stress.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks models with SPIN and a C compiler, both from the PATH. */
final class Spin {
  static final Pattern STATES = Pattern.compile("(?m)^ *(\\S+) states, stored");
  private static final Pattern ERRORS = Pattern.compile("errors: (\\d+)");
  private static final Pattern VIOLATION = Pattern.compile("(?m)^pan:1: (.*) \\(at depth \\d+\\)");

  /** More than any path through the model has steps. */
  private static final String MOST_STEPS = "-m1000000";

  private static final String COUNTER_EXAMPLE = "counter-example.txt";
  private static final String MOST_MEBIBYTES = "-DMEMLIM=16384";

  private final Path directory;

  /**
   * What a search has found.
   *
   * @param states all that can be reached, or those until the error
   * @param violation what was violated; empty if nothing
   * @param counterExample the steps that lead there, if there is one
   */
  record Verdict(long states, String violation, Path counterExample) {
    boolean isViolated() {
      return !violation.isEmpty();
    }
  }

  /**
   * Creates a checker.
   *
   * @param directory where the models are, and its files go, in a directory for each check
   */
  Spin(Path directory) {
    this.directory = directory.toAbsolutePath();
  }

  /**
   * Searches all states, or until an error.
   *
   * @throws IOException if a tool is missing or fails, or the search does not end as it should
   */
  Verdict check(ModelRun run) throws IOException, InterruptedException {
    Path own = Files.createDirectories(directory.resolve(run.name().replaceAll("\\W+", "-")));
    String log = search(own, run);
    String violation = "";
    if (number(ERRORS, log) > 0) {
      tell(own, run);
      Matcher violated = VIOLATION.matcher(log);
      violation = violated.find() ? violated.group(1) : "see pan.log";
    }
    return new Verdict(number(STATES, log), violation, own.resolve(COUNTER_EXAMPLE));
  }

  private String search(Path own, ModelRun run) throws IOException, InterruptedException {
    start(own, "spin.log", spin(List.of("-a"), run));
    String property = run.livelock() ? "-DNP" : "-DSAFETY";
    // A counter-example is wanted short, so weakened forms are searched in breadth.
    String order = run.weakened() && !run.livelock() ? "-DBFS" : "-DCOLLAPSE";
    start(
        own,
        "cc.log",
        List.of("cc", "-O2", "-w", property, order, MOST_MEBIBYTES, "-o", "pan", "pan.c"));
    List<String> pan = new ArrayList<>(List.of("./pan", MOST_STEPS, "-n"));
    if (run.livelock()) {
      pan.add("-l");
    }
    String log = start(own, "pan.log", pan);
    if (log.contains("max search depth too small") || log.contains("MEMLIM bound")) {
      throw new IOException("not all states were searched: see " + own.resolve("pan.log"));
    }
    return log;
  }

  private void tell(Path own, ModelRun run) throws IOException, InterruptedException {
    // The status says no more than that the last step is wrong.
    List<String> trail = List.of("-k", run.model() + ".trail");
    run(own, COUNTER_EXAMPLE, spin(trail, run));
    if (!Files.readString(own.resolve(COUNTER_EXAMPLE)).contains("trail ends after")) {
      throw new IOException("the counter-example is not told: see " + own);
    }
  }

  private List<String> spin(List<String> task, ModelRun run) {
    return Stream.of(
            List.of("spin"), task, run.flags(), List.of(directory.resolve(run.model()).toString()))
        .flatMap(List::stream)
        .toList();
  }

  /** Runs a tool that must succeed and returns what it printed, which is in {@code log} too. */
  private static String start(Path directory, String log, List<String> command)
      throws IOException, InterruptedException {
    int status = run(directory, log, command);
    Path output = directory.resolve(log);
    if (status != 0) {
      throw new IOException(command.getFirst() + " ended with " + status + ": see " + output);
    }
    return Files.readString(output);
  }

  private static int run(Path directory, String log, List<String> command)
      throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve(log).toFile())
              .start();
    } catch (IOException e) {
      throw new IOException(
          command.getFirst()
              + " cannot be started: the model needs spin and a C compiler on the PATH; on Debian:"
              + " apt-get install spin gcc",
          e);
    }
    return process.waitFor();
  }

  /**
   * Returns the number that the pattern's group matches: 12, or 1.2e+08 as SPIN writes large ones.
   */
  static long number(Pattern pattern, String log) throws IOException {
    Matcher matcher = pattern.matcher(log);
    if (!matcher.find()) {
      throw new IOException("no \"" + pattern + "\" in the output of the search: " + log);
    }
    return (long) Double.parseDouble(matcher.group(1));
  }
}
