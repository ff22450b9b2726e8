package org.smalloc4j.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.InstalledLibrary;
import org.smalloc4j.bench.process.OthersCpu;
import org.smalloc4j.bench.process.SystemCalls;
import org.smalloc4j.bench.report.Environment;
import org.smalloc4j.bench.report.TextTable;
import org.smalloc4j.bench.suite.Answer;
import org.smalloc4j.bench.suite.BenchSet;
import org.smalloc4j.bench.suite.Peer;
import org.smalloc4j.bench.suite.Plan;
import org.smalloc4j.bench.suite.Results;
import org.smalloc4j.bench.suite.SuiteFiles;
import org.smalloc4j.bench.suite.Tables;
import org.smalloc4j.bench.suite.Tools;
import org.smalloc4j.bench.suite.Unfinished;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks every allocator everything. */
@Command(
    name = "bench",
    description = {
      "Measures smalloc4j and everything that could be used instead, from Java and from C: small"
          + " questions with JMH, whole programs, recorded programs, start-up.",
      "Prints a table for each workload and a ranking, and writes report.html and results.json. A"
          + " run that was interrupted goes on where it was if the same command is given again."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:all allocators did everything",
      "1:one failed, crashed or hung; its row says so",
      "2:the command line is wrong; nothing was measured"
    })
final class BenchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..1",
      paramLabel = "SET",
      description =
          "quick (about 3 minutes), standard (about 40), full (hours); default: ${DEFAULT-VALUE}.",
      defaultValue = "quick")
  private String set = "";

  @Option(
      names = "--allocator",
      paramLabel = "NAME",
      description =
          "An allocator to measure, as a table names it; default: those of the set. Repeatable.")
  private List<String> allocators = List.of();

  @Option(
      names = "--workload",
      paramLabel = "TEXT",
      description = "Only the workload of this name, or those whose names contain it. Repeatable.")
  private List<String> workloads = List.of();

  @Option(
      names = "--other",
      paramLabel = "FILE,PREFIX",
      description =
          "A shared library to measure as \"other\": functions PREFIXmalloc, PREFIXcalloc,"
              + " PREFIXmemalign, PREFIXrealloc and PREFIXfree.")
  private String other = "";

  @Option(
      names = "--system-calls",
      description = "Counts the programs' system calls for memory, too, with strace.")
  private boolean systemCalls;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Time after which an allocator counts as hung; default: ${DEFAULT-VALUE}.",
      defaultValue = "120")
  private int timeoutSeconds;

  @Option(
      names = "--list",
      description = "Lists what would be measured, and how many times, and ends.")
  private boolean list;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where report.html and results.json go; default: ${DEFAULT-VALUE}.",
      defaultValue = "target/bench")
  private Path out = Path.of("target/bench");

  @Override
  public Integer call() throws IOException {
    if (timeoutSeconds < 1) {
      throw usage("--timeout must be at least 1, is " + timeoutSeconds);
    }
    if (systemCalls && !SystemCalls.canBeCounted()) {
      throw usage("--system-calls needs strace (Debian: apt-get install strace)");
    }
    choose(other);
    Plan plan = plan();
    PrintWriter stdout = spec.commandLine().getOut();
    if (list) {
      plan.steps()
          .forEach(step -> stdout.println(step.workload().name() + ": " + step.peer().label()));
      stdout.println(plan.steps().size() + " measurements");
      stdout.flush();
      return 0;
    }
    Path directory = OutputDirectory.ready(out);
    Unfinished unfinished = Unfinished.open(directory, Environment.now(Main.commandOf(spec)));
    measure(plan, unfinished);
    var results = new Results(unfinished.environment(), plan.set().label(), unfinished.answers());
    var files = new SuiteFiles(directory);
    files.write(results);
    unfinished.finish();
    print(results, stdout);
    stdout.println("report: " + files.html());
    stdout.println("data:   " + files.json());
    stdout.flush();
    return results.anyFailed() ? 1 : 0;
  }

  private void choose(String library) {
    if (!library.isEmpty()) {
      try {
        InstalledLibrary.parse(library).choose();
      } catch (IllegalArgumentException e) {
        throw usage("--other: " + e.getMessage());
      }
    }
  }

  private Plan plan() {
    BenchSet chosen =
        Arrays.stream(BenchSet.values())
            .filter(each -> each.label().equals(set))
            .findFirst()
            .orElseThrow(() -> usage("no set \"" + set + "\", there are: quick, standard, full"));
    try {
      return Plan.of(chosen, workloads, allocators);
    } catch (IllegalArgumentException e) {
      throw usage(e.getMessage());
    }
  }

  private void measure(Plan plan, Unfinished unfinished) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    var steps = new ArrayList<>(plan.steps());
    steps.removeIf(step -> unfinished.has(step.workload(), step.peer()));
    if (steps.size() < plan.steps().size()) {
      err.println(
          "going on with a run that was interrupted: "
              + (plan.steps().size() - steps.size())
              + " of "
              + plan.steps().size()
              + " measurements are there");
    }
    try (var tools = new Tools(plan.set(), Duration.ofSeconds(timeoutSeconds), systemCalls);
        var progress = Progress.open("bench", steps.size(), err)) {
      if (tools.driver().isEmpty() && steps.stream().anyMatch(step -> step.peer().c() != null)) {
        err.println(
            "no C compiler (cc) on this machine: the allocators in C are left out (Debian: apt-get"
                + " install gcc libc6-dev)");
      }
      for (Plan.Step step : steps) {
        Peer peer = step.peer();
        progress.begin(step.workload().name() + ": " + peer.label());
        if (peer.c() == null || tools.driver().isPresent()) {
          OthersCpu begin = OthersCpu.now();
          Answer answer = step.workload().ask(peer, tools);
          unfinished.add(answer.withOthers(OthersCpu.shareUntilNow(begin)));
        }
        progress.end();
      }
    }
  }

  /** The answer last, where it is seen. */
  static void print(Results results, PrintWriter stdout) {
    var tables = new Tables(results);
    tables.workloads().forEach(table -> stdout.println(TextTable.of(table)));
    tables.overviews().forEach(table -> stdout.println(TextTable.of(table)));
    results.conclusion().print(stdout);
  }

  private ParameterException usage(@Nullable String message) {
    return new ParameterException(spec.commandLine(), String.valueOf(message));
  }
}
