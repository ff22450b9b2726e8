package org.smalloc4j.bench.program;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.smalloc4j.bench.process.ChildJvm;
import org.smalloc4j.bench.process.CountedClasses;
import org.smalloc4j.bench.process.SystemCalls;

/** Runs programs, each in a JVM of its own with the same heap for all allocators. */
public final class ProgramJvm {

  private static final long HEAP_MEBIBYTES = 256;

  private final ChildJvm jvm;

  public ProgramJvm(Duration timeout) {
    this.jvm = new ChildJvm(timeout);
  }

  /** Runs the job to its end; what goes wrong in the JVM becomes a failed result. */
  public ProgramResult run(ProgramJob job) throws IOException {
    return jvm.run(command(job), new Results());
  }

  /**
   * The same with the allocator's counted classes, which are below {@code counted}; its times say
   * nothing.
   */
  public ProgramResult runCounted(ProgramJob job, Path counted) throws IOException {
    ChildJvm.Command command = command(job);
    var options = new ArrayList<>(command.options());
    options.add(CountedClasses.jvmOption());
    String classPath = counted + File.pathSeparator + command.classPath();
    return jvm.run(
        new ChildJvm.Command(List.of(), classPath, options, command.main(), command.args()),
        new Results());
  }

  /** The same with its system calls written to {@code log}; its times say nothing. */
  public ProgramResult runTraced(ProgramJob job, Path log) throws IOException {
    ChildJvm.Command command = command(job);
    return jvm.run(
        new ChildJvm.Command(
            SystemCalls.tracer(log),
            command.classPath(),
            command.options(),
            command.main(),
            command.args()),
        new Results());
  }

  private static ChildJvm.Command command(ProgramJob job) {
    return ChildJvm.Command.withHeap(
        HEAP_MEBIBYTES, job.target().jvmOptions(), ProgramProcess.class, job.toArguments());
  }

  private static final class Results implements ChildJvm.Results<ProgramResult> {
    @Override
    public ProgramResult read(Path file) throws IOException {
      return ProgramResult.read(file);
    }

    @Override
    public ProgramResult failed(String why) {
      return ProgramResult.failed(null, why);
    }
  }
}
