package org.smalloc4j.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.smalloc4j.bench.report.TextTable;
import org.smalloc4j.bench.suite.Changes;
import org.smalloc4j.bench.suite.Results;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells whether a later run is slower than an earlier one. */
@Command(
    name = "compare",
    description = {
      "Compares two result files of \"smalloc4j bench\", or of \"replay\".",
      "A time has changed if the intervals of both runs do not overlap and the change is beyond the"
          + " threshold. An interval covers 99 %% by Student's t, and the processes' medians."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:nothing of smalloc4j is slower",
      "1:something is slower, or fails now",
      "2:a file cannot be read, or the two have nothing in common"
    })
final class CompareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "BEFORE", description = "The results.json of a run.")
  private Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "AFTER", description = "That of a later one.")
  private Path after = Path.of("");

  @Option(
      names = "--threshold",
      paramLabel = "PERCENT",
      description = "The least change that counts; default: ${DEFAULT-VALUE}.",
      defaultValue = "5")
  private double percent;

  @Override
  public Integer call() {
    if (!(percent >= 0)) {
      throw usage("--threshold must be at least 0");
    }
    Changes changes = Changes.between(read(before), read(after), percent / 100);
    if (changes.isEmpty()) {
      throw usage("no workload of smalloc4j is in both files");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(TextTable.of(changes.table()));
    out.printf(
        Locale.ROOT,
        "the other allocators' times have changed by %.2f (geometric mean): the machine's part%n",
        changes.ofOthers());
    out.flush();
    return changes.anyRegression() ? 1 : 0;
  }

  private Results read(Path file) {
    try {
      return Results.read(file);
    } catch (IOException e) {
      throw usage("cannot read " + file + ": " + e.getMessage());
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
