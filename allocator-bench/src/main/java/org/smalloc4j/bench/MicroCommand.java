package org.smalloc4j.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.smalloc4j.bench.allocator.CLibrary;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.report.Environment;
import org.smalloc4j.bench.suite.Answer;
import org.smalloc4j.bench.suite.CDriver;
import org.smalloc4j.bench.suite.JmhRun;
import org.smalloc4j.bench.suite.Question;
import org.smalloc4j.bench.suite.SuiteResults;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Asks every allocator the same small questions, from Java and from C. */
@Command(
    name = "micro",
    description = {
      "Measures malloc + write + free with JMH for all allocators, and from C where there is a C"
          + " compiler (cc).",
      "Prints a table per question, with ratios to mimalloc, and writes micro.json."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:all went well", "1:an allocator failed; its row says why", "2:usage"})
final class MicroCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--allocator",
      paramLabel = "NAME",
      description =
          "An allocator; default: all but alt-*, each in Java and in C. Repeatable. One of:"
              + " ${COMPLETION-CANDIDATES}.",
      completionCandidates = Allocators.class)
  private List<String> allocators = List.of();

  @Option(
      names = "--question",
      paramLabel = "TEXT",
      description = "Only questions whose names contain this.",
      defaultValue = "")
  private String question = "";

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "JVMs for each figure; default: ${DEFAULT-VALUE}.",
      defaultValue = "2")
  private int forks;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "Iterations of a JVM, after as many to warm up; default: ${DEFAULT-VALUE}.",
      defaultValue = "3")
  private int iterations;

  @Option(
      names = "--millis",
      paramLabel = "N",
      description = "Time of an iteration; default: ${DEFAULT-VALUE}.",
      defaultValue = "1000")
  private int millis;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where micro.json goes; default: ${DEFAULT-VALUE}.",
      defaultValue = "target/micro")
  private Path out = Path.of("target/micro");

  @Override
  public Integer call() throws IOException {
    if (forks < 1 || iterations < 1 || millis < 1) {
      throw usage("--forks, --iterations and --millis must be at least 1");
    }
    List<Question> questions =
        Question.all().stream().filter(q -> q.name().contains(question)).toList();
    if (questions.isEmpty()) {
      throw usage(
          "no question contains \""
              + question
              + "\", there are: "
              + String.join("; ", Question.all().stream().map(Question::name).toList()));
    }
    List<TargetKind> byDefault =
        Arrays.stream(TargetKind.values()).filter(kind -> !kind.isForOneThread()).toList();
    List<TargetKind> targets = Allocators.chosen(spec.commandLine(), allocators, byDefault);
    Path json = out.resolve("micro.json");
    var results =
        new SuiteResults(Environment.now(Main.commandOf(spec)), measure(questions, targets));
    results.writeJson(json);
    PrintWriter stdout = spec.commandLine().getOut();
    results.tables().forEach(stdout::println);
    stdout.println("data: " + json);
    stdout.flush();
    return results.anyFailed() ? 1 : 0;
  }

  private List<Answer> measure(List<Question> questions, List<TargetKind> targets)
      throws IOException {
    var answers = new ArrayList<Answer>();
    var jmh = new JmhRun(forks, iterations, millis);
    List<CLibrary> libraries =
        CLibrary.all().stream()
            .filter(library -> targets.stream().anyMatch(t -> t.label().equals(library.label())))
            .toList();
    Optional<CDriver> c = libraries.isEmpty() ? Optional.empty() : CDriver.compile();
    int steps = questions.size() * (targets.size() + (c.isPresent() ? libraries.size() : 0));
    try (var progress = Progress.open("micro", steps, spec.commandLine().getErr())) {
      for (Question asked : questions) {
        for (TargetKind target : targets) {
          progress.begin(asked.name() + " " + target.label());
          answers.add(jmh.answer(asked, target));
          progress.end();
        }
        if (c.isPresent()) {
          for (CLibrary library : libraries) {
            progress.begin(asked.name() + " " + library.label() + " in C");
            answers.add(c.get().answer(asked, library, iterations, forks * iterations, millis));
            progress.end();
          }
        }
      }
    } finally {
      if (c.isPresent()) {
        c.get().close();
      }
    }
    return answers;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
