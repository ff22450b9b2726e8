package org.smalloc4j.bench.replay;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.smalloc4j.bench.process.ChildJvm;
import org.smalloc4j.bench.trace.TraceSummary;

/**
 * Runs a job in a JVM of its own, whose heap is of a fixed size, the same for all allocators, and
 * resident from the start.
 */
public final class ReplayJvm {

  private static final long HEAP_BASE_MEGABYTES = 128;

  /** The decoded trace, its scripts, and an object per live block. */
  private static final long HEAP_BYTES_PER_EVENT = 120;

  private final ChildJvm jvm;

  public ReplayJvm(Duration timeout) {
    this.jvm = new ChildJvm(timeout);
  }

  /** Returns the Java heap that a JVM needs to play a trace, in MiB. */
  static long heapMebibytes(TraceSummary trace) {
    return HEAP_BASE_MEGABYTES + ((trace.events() * HEAP_BYTES_PER_EVENT) >> 20);
  }

  /** Runs the job to its end; what goes wrong in the JVM becomes a failed measurement. */
  public Measurement run(ReplayJob job, TraceSummary trace) throws IOException {
    long heap = heapMebibytes(trace);
    var command =
        ChildJvm.Command.withHeap(
            heap, job.target().jvmOptions(), ReplayProcess.class, job.toArguments());
    return jvm.run(
        command,
        new ChildJvm.Results<>() {
          @Override
          public Measurement read(Path file) throws IOException {
            return MeasurementFile.read(file);
          }

          @Override
          public Measurement failed(String why) {
            return Measurement.failed(
                job.target().label(), trace.name(), job.mode().label(), null, why);
          }
        });
  }
}
