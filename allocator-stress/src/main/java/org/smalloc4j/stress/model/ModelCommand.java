package org.smalloc4j.stress.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks the model: the sound forms must pass, the weakened ones must not. */
@Command(
    name = "model",
    description = {
      "Searches all states of the models of a slab with SPIN. In the forms that are as the program"
          + " is, nothing may be found; in each weakened one an error must be.",
      "A counter-example is written to counter-example.txt in the directory of its search, as the"
          + " steps of all threads."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:as it should be", "1:it is not, or SPIN could not run", "2:usage"})
public final class ModelCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--out",
      description = "Directory for SPIN's files; default: ${DEFAULT-VALUE}.",
      defaultValue = "model")
  private Path out = Path.of("");

  @Option(names = "--long", description = "Larger sizes: more threads, slots and calls.")
  private boolean isLong;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter log = spec.commandLine().getOut();
    putModelsIn(Files.createDirectories(out));
    Spin spin = new Spin(out);
    List<ModelRun> sound = isLong ? ModelRun.large() : ModelRun.quick();
    int wrong = 0;
    long states = 0;
    for (ModelRun run : Stream.concat(sound.stream(), ModelRun.weakenings().stream()).toList()) {
      long start = System.nanoTime();
      Spin.Verdict verdict = spin.check(run);
      boolean expected = verdict.isViolated() == run.weakened();
      states += run.weakened() ? 0 : verdict.states();
      wrong += expected ? 0 : 1;
      log.printf(
          Locale.ROOT,
          "%-10s %-60s %,14d states %6.1f s  %s%n",
          expected ? (run.weakened() ? "caught" : "passed") : "WRONG",
          run.name(),
          verdict.states(),
          (System.nanoTime() - start) / 1e9,
          verdict.violation());
      log.flush();
      if (!expected && verdict.isViolated()) {
        log.println(Files.readString(verdict.counterExample()));
      }
    }
    log.printf(
        Locale.ROOT,
        "model: %,d states of %d sound forms; weakened forms: %d; not as it should be: %d%n",
        states,
        sound.size(),
        ModelRun.weakenings().size(),
        wrong);
    log.flush();
    return wrong == 0 ? 0 : 1;
  }

  /** Puts the Promela files where SPIN finds them, and they each other. */
  private static void putModelsIn(Path directory) throws IOException {
    for (String file :
        List.of(
            "slab.pml",
            "carriers.pml",
            "words.pml",
            "owners.pml",
            "sorted.pml",
            "calls.pml",
            "revocation.pml")) {
      try (InputStream resource = ModelCommand.class.getResourceAsStream(file)) {
        Files.copy(
            Objects.requireNonNull(resource, file + " beside ModelCommand.class"),
            directory.resolve(file),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
