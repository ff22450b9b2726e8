package org.smalloc4j.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.smalloc4j.bench.report.ReplayResults;
import org.smalloc4j.bench.report.ResultFiles;
import org.smalloc4j.bench.suite.Results;
import org.smalloc4j.bench.suite.SuiteFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes tables and report of a run's result file anew. */
@Command(
    name = "report",
    description =
        "Prints the tables of a result file of \"smalloc4j bench\" or \"replay\", and writes"
            + " report.html.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:all went well", "2:the file cannot be read"})
final class ReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FILE", description = "The results.json of a run.")
  private Path file = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where report.html goes; default: ${DEFAULT-VALUE}.",
      defaultValue = "target/bench")
  private Path out = Path.of("target/bench");

  @Override
  public Integer call() throws IOException {
    PrintWriter stdout = spec.commandLine().getOut();
    Results results;
    try {
      Optional<ReplayResults> replayed = ReplayResults.read(file);
      if (replayed.isPresent()) {
        var files = new ResultFiles(OutputDirectory.ready(out));
        files.writeReport(replayed.get());
        ReplayCommand.print(replayed.get(), stdout);
        stdout.println("report: " + files.html());
        stdout.flush();
        return 0;
      }
      results = Results.read(file);
    } catch (UnusablePath e) {
      throw e;
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), "cannot read " + file + ": " + e.getMessage());
    }
    var files = new SuiteFiles(OutputDirectory.ready(out));
    files.writeReport(results);
    BenchCommand.print(results, stdout);
    stdout.println("report: " + files.html());
    stdout.flush();
    return 0;
  }
}
