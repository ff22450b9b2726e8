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
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A verified trace and where it came from. */
record TraceInput(Path file, TraceSummary summary) {

  /**
   * The traces in {@code files} and the bundled ones with those names; all bundled ones if neither
   * is given. All are verified before anything is measured.
   */
  static List<TraceInput> chosen(CommandLine commandLine, List<Path> files, List<String> names)
      throws IOException {
    var inputs = new ArrayList<TraceInput>();
    var found = new HashSet<String>();
    for (Path file : paths(commandLine, files, names)) {
      TraceInput input = read(file);
      if (!found.add(input.summary.name())) {
        throw new ParameterException(
            commandLine, "two traces are named \"" + input.summary.name() + "\"");
      }
      inputs.add(input);
    }
    return inputs;
  }

  private static List<Path> paths(CommandLine commandLine, List<Path> files, List<String> names)
      throws IOException {
    if (names.isEmpty() && !files.isEmpty()) {
      return files;
    }
    List<Path> bundled = BundledTraces.list();
    if (names.isEmpty()) {
      if (bundled.isEmpty()) {
        throw new ParameterException(
            commandLine, "no bundled traces beside the program, name a FILE");
      }
      return bundled;
    }
    var chosen = new ArrayList<>(files);
    for (String name : names) {
      chosen.add(
          bundled.stream()
              .filter(file -> file.endsWith(name + BundledTraces.SUFFIX))
              .findFirst()
              .orElseThrow(
                  () -> new ParameterException(commandLine, "no bundled trace \"" + name + "\"")));
    }
    return chosen;
  }

  private static TraceInput read(Path file) throws IOException {
    try {
      return new TraceInput(file, TraceSummary.of(TraceReader.read(file)));
    } catch (DamagedTraceException e) {
      throw e;
    } catch (IOException e) {
      throw new UnreadableInput(file, e);
    }
  }
}
