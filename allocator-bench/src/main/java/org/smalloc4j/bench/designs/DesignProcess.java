package org.smalloc4j.bench.designs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The main class of a JVM that measures one design at one task. */
final class DesignProcess {

  private DesignProcess() {}

  /** Takes the arguments of a {@link DesignJob}, then the file to write. */
  public static void main(String[] args) throws IOException {
    List<String> arguments = Arrays.asList(args);
    Findings findings = findings(DesignJob.fromArguments(arguments));
    findings.write(Path.of(arguments.getLast()));
    // Halts: a thread that failed may not let the JVM end.
    Runtime.getRuntime().halt(findings.failure() == null ? 0 : 1);
  }

  private static Findings findings(DesignJob job) {
    try {
      return Findings.of(job.task().run(job));
    } catch (RuntimeException | Error e) {
      return Findings.failed(e.toString());
    }
  }
}
