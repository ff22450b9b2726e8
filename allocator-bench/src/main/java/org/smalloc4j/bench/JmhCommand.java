package org.smalloc4j.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Runs the JMH benchmarks of this module; all arguments are JMH's. */
@Command(
    name = "jmh",
    description = {
      "Runs the JMH benchmarks of this module.",
      "All arguments go to JMH: -l lists the benchmarks, -h the options, -prof gc adds heap bytes"
          + " per operation."
    })
final class JmhCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Unmatched private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    if (arguments.contains("--help")) {
      spec.commandLine().usage(spec.commandLine().getOut());
      return 0;
    }
    String[] options = arguments.toArray(String[]::new);
    try {
      // JMH itself tells of a wrong one in two lines or with a stack, and ends with status 1.
      new CommandLineOptions(options);
    } catch (CommandLineOptionException | IllegalArgumentException | IllegalStateException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    org.openjdk.jmh.Main.main(options);
    return 0;
  }
}
