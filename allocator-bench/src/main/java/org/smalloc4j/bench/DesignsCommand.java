package org.smalloc4j.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.designs.Design;
import org.smalloc4j.bench.designs.DesignFiles;
import org.smalloc4j.bench.designs.DesignPlan;
import org.smalloc4j.bench.designs.DesignResults;
import org.smalloc4j.bench.designs.DesignTables;
import org.smalloc4j.bench.designs.Task;
import org.smalloc4j.bench.picture.HeapPictures;
import org.smalloc4j.bench.report.Environment;
import org.smalloc4j.bench.report.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares the designs of allocators that this project has. */
@Command(
    name = "designs",
    description = {
      "Gives the same work to slabs behind a spin lock, bins, whole OS pages, first fit behind a"
          + " lock, smalloc4j and the C library: time, threads, memory, steps, lines of code.",
      "Takes about 5 minutes. A JVM for each task, design and round; designs take turns. Prints"
          + " tables and writes designs.json and charts."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:all designs did everything",
      "1:one failed, crashed or hung; its rows say so",
      "2:the command line is wrong; nothing was measured"
    })
final class DesignsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--design",
      paramLabel = "NAME",
      description =
          "A design to measure; default: all. Repeatable. One of: ${COMPLETION-CANDIDATES}.",
      completionCandidates = DesignNames.class)
  private List<String> designs = List.of();

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "What it is to do; default: all. Repeatable. One of: ${COMPLETION-CANDIDATES}.",
      completionCandidates = TaskNames.class)
  private List<String> tasks = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often all is measured; default: ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long a measurement takes; default: ${DEFAULT-VALUE}.",
      defaultValue = "0.25")
  private double seconds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "The most threads, 1 to 1024; default: ${DEFAULT-VALUE}.",
      defaultValue = "128")
  private int threads;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Events of each recorded program at most; default: ${DEFAULT-VALUE}.",
      defaultValue = "100000")
  private int events;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where designs.json and the charts go; default: ${DEFAULT-VALUE}.",
      defaultValue = "target/designs")
  private Path out = Path.of("target/designs");

  @Option(
      names = "--pictures",
      paramLabel = "DIR",
      description = "Only draws a heap of each design to this directory, as SVG.")
  private @Nullable Path pictures;

  /** For help and completion. */
  private static final class DesignNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Design.labels().iterator();
    }
  }

  /** For help and completion. */
  private static final class TaskNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Task.labels().iterator();
    }
  }

  @Override
  public Integer call() throws IOException {
    check(rounds >= 1, "--rounds must be at least 1, is " + rounds);
    check(seconds > 0 && seconds <= 10, "--seconds must be above 0 and at most 10, is " + seconds);
    check(threads >= 1 && threads <= 1024, "--threads must be 1 to 1024, is " + threads);
    check(events >= 1, "--events must be at least 1, is " + events);
    if (pictures != null) {
      HeapPictures.write(OutputDirectory.ready(pictures));
      print("pictures: " + pictures.toAbsolutePath().normalize());
      return 0;
    }
    var settings = new DesignPlan.Settings(designs(), tasks(), rounds, seconds, threads, events);
    Path directory = OutputDirectory.ready(out);
    DesignResults results = measure(new DesignPlan(settings));
    var files = new DesignFiles(directory);
    files.write(results);
    new DesignTables(results).all().forEach(table -> print(TextTable.of(table)));
    print("data and charts: " + files.json().getParent());
    return results.anyFailed() ? 1 : 0;
  }

  private DesignResults measure(DesignPlan plan) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    List<DesignPlan.Step> steps = plan.steps();
    try (var progress = Progress.open("designs", steps.size(), err)) {
      for (DesignPlan.Step step : steps) {
        progress.begin(step.task() + ": " + step.subject());
        plan.measure(step);
        progress.end();
      }
    }
    return plan.results(Environment.now(Main.commandOf(spec)));
  }

  private List<Design> designs() {
    List<Design> named =
        designs.stream()
            .map(
                name -> Design.of(name).orElseThrow(() -> unknown("design", name, Design.labels())))
            .distinct()
            .sorted()
            .toList();
    return named.isEmpty() ? List.of(Design.values()) : named;
  }

  private List<Task> tasks() {
    List<Task> named =
        tasks.stream()
            .map(name -> Task.of(name).orElseThrow(() -> unknown("task", name, Task.labels())))
            .distinct()
            .sorted()
            .toList();
    return named.isEmpty() ? Arrays.asList(Task.values()) : named;
  }

  private ParameterException unknown(String what, String name, List<String> known) {
    return usage("no " + what + " \"" + name + "\", there are: " + String.join(", ", known));
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw usage(message);
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void print(String text) {
    spec.commandLine().getOut().println(text);
    spec.commandLine().getOut().flush();
  }
}
