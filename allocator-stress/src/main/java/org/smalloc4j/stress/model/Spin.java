package org.smalloc4j.stress.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks a model with SPIN and a C compiler, both from the PATH. */
final class Spin {
  private static final Pattern STATES = Pattern.compile("(\\d+) states, stored");
  private static final Pattern ERRORS = Pattern.compile("errors: (\\d+)");
  private static final Pattern VIOLATION = Pattern.compile("(?m)^pan:1: (.*) \\(at depth \\d+\\)");

  /** More than any path through the model has steps. */
  private static final String MOST_STEPS = "-m1000000";

  private final Path model;
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
   * @param model the Promela file
   * @param directory where its files go, in a directory for each check
   */
  Spin(Path model, Path directory) {
    this.model = model.toAbsolutePath();
    this.directory = directory;
  }

  /**
   * Searches all states, or until an error.
   *
   * @throws IOException if a tool is missing or fails, or the search does not end as it should
   */
  Verdict check(ModelRun run) throws IOException, InterruptedException {
    Path own = Files.createDirectories(directory.resolve(run.name().replaceAll("\\W+", "-")));
    start(own, "spin.log", with(List.of("spin", "-a"), run.flags(), model.toString()));
    // A counter-example is wanted short, so weakened forms are searched in breadth.
    List<String> search =
        run.livelock()
            ? List.of("-DNP")
            : run.weakened() ? List.of("-DSAFETY", "-DBFS") : List.of("-DSAFETY");
    List<String> cc = new ArrayList<>(List.of("cc", "-O2", "-w", "-DCOLLAPSE", "-o", "pan"));
    cc.addAll(search);
    start(own, "cc.log", with(cc, List.of(), "pan.c"));
    String log =
        run.livelock()
            ? start(own, "pan.log", "./pan", MOST_STEPS, "-n", "-l")
            : start(own, "pan.log", "./pan", MOST_STEPS, "-n");
    if (log.contains("max search depth too small") || log.contains("out of memory")) {
      throw new IOException("not all states were searched: see " + own.resolve("pan.log"));
    }
    Path counterExample = own.resolve("counter-example.txt");
    String violation = "";
    if (number(ERRORS, log) > 0) {
      Matcher violated = VIOLATION.matcher(log);
      violation = violated.find() ? violated.group(1) : "see pan.log";
      // Its status says no more than that the last step is wrong.
      String trail = model.getFileName() + ".trail";
      run(
          own,
          counterExample.getFileName().toString(),
          with(List.of("spin", "-k", trail), run.flags(), model.toString()));
      if (!Files.readString(counterExample).contains("trail ends after")) {
        throw new IOException("the counter-example is not told: see " + counterExample);
      }
    }
    return new Verdict(number(STATES, log), violation, counterExample);
  }

  private static String[] with(List<String> command, List<String> flags, String file) {
    List<String> words = new ArrayList<>(command);
    words.addAll(flags);
    words.add(file);
    return words.toArray(String[]::new);
  }

  /** Runs a tool that must succeed and returns what it printed, which is in {@code log} too. */
  private static String start(Path directory, String log, String... command)
      throws IOException, InterruptedException {
    int status = run(directory, log, command);
    Path output = directory.resolve(log);
    if (status != 0) {
      throw new IOException(command[0] + " ended with " + status + ": see " + output);
    }
    return Files.readString(output);
  }

  private static int run(Path directory, String log, String... command)
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
          command[0]
              + " cannot be started: the model needs spin and a C compiler on the PATH; on Debian:"
              + " apt-get install spin gcc",
          e);
    }
    return process.waitFor();
  }

  private static long number(Pattern pattern, String log) throws IOException {
    Matcher matcher = pattern.matcher(log);
    if (!matcher.find()) {
      throw new IOException("no \"" + pattern + "\" in the output of the search: " + log);
    }
    return Long.parseLong(matcher.group(1));
  }
}
