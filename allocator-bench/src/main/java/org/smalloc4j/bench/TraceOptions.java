package org.smalloc4j.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.smalloc4j.bench.trace.BundledTraces;
import org.smalloc4j.bench.trace.DamagedTraceException;
import org.smalloc4j.bench.trace.TraceReader;
import org.smalloc4j.bench.trace.TraceSummary;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which traces a command replays. */
final class TraceOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "Traces (.atrace.gz) to replay.", arity = "0..*")
  private List<Path> files = List.of();

  @Option(
      names = "--trace",
      paramLabel = "NAME",
      description = "A bundled trace to replay, by its name. Repeatable.")
  private List<String> names = List.of();

  /**
   * Reads the traces in {@code files} and the bundled ones with those names; all bundled ones if
   * neither is given. All are verified before anything is measured.
   */
  List<TraceInput> read() throws IOException {
    var inputs = new ArrayList<TraceInput>();
    var found = new HashSet<String>();
    for (Path file : paths()) {
      TraceInput input = read(file);
      if (!found.add(input.summary().name())) {
        throw usage("two traces are named \"" + input.summary().name() + "\"");
      }
      inputs.add(input);
    }
    return inputs;
  }

  private List<Path> paths() throws IOException {
    if (names.isEmpty() && !files.isEmpty()) {
      return files;
    }
    List<Path> bundled = BundledTraces.list();
    if (names.isEmpty()) {
      if (bundled.isEmpty()) {
        throw usage("no bundled traces beside the program, name a FILE");
      }
      return bundled;
    }
    var chosen = new ArrayList<>(files);
    for (String name : names) {
      chosen.add(
          BundledTraces.find(name).orElseThrow(() -> usage("no bundled trace \"" + name + "\"")));
    }
    return chosen;
  }

  private static TraceInput read(Path file) throws IOException {
    try {
      return new TraceInput(file, TraceSummary.of(TraceReader.read(file)));
    } catch (DamagedTraceException e) {
      throw e;
    } catch (IOException e) {
      throw new UnusablePath(file, e);
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
