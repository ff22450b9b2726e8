package org.smalloc4j.bench.designs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.smalloc4j.bench.process.ChildJvm;

/** Runs jobs, each in a JVM of its own. */
final class DesignJvm {

  private static final long HEAP_MEBIBYTES = 64;

  private final ChildJvm jvm;

  DesignJvm(Duration timeout) {
    this.jvm = new ChildJvm(timeout);
  }

  /** Runs the job to its end; what goes wrong in the JVM becomes failed findings. */
  Findings run(DesignJob job) throws IOException {
    var command =
        ChildJvm.Command.withHeap(
            HEAP_MEBIBYTES, List.of(), DesignProcess.class, job.toArguments());
    return jvm.run(command, new Results());
  }

  private static final class Results implements ChildJvm.Results<Findings> {
    @Override
    public Findings read(Path file) throws IOException {
      return Findings.read(file);
    }

    @Override
    public Findings failed(String why) {
      return Findings.failed(why);
    }
  }
}
