package org.smalloc4j.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
    org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
    return 0;
  }
}
