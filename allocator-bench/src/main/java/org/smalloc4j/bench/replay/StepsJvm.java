package org.smalloc4j.bench.replay;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.process.ChildJvm;
import org.smalloc4j.bench.trace.TraceSummary;

/** Counts the steps of each call of a trace, each time in a JVM of its own. */
public final class StepsJvm {

  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final ChildJvm jvm = new ChildJvm(TIMEOUT);
  private final Path classes;

  /**
   * With the allocator's stepped classes.
   *
   * @param classes the directory that they are below
   */
  public StepsJvm(Path classes) {
    this.classes = classes;
  }

  /**
   * What was counted.
   *
   * @param figures of malloc (calloc and aligned allocation too), realloc, free; empty if it failed
   * @param failure why, or null
   */
  public record Result(List<StepFigures> figures, @Nullable String failure) {}

  /** Runs a JVM that plays the trace {@code rounds} times. */
  public Result run(TargetKind target, Path trace, TraceSummary summary, Mode mode, int rounds)
      throws IOException {
    List<String> arguments =
        List.of(target.name(), trace.toString(), mode.name(), Integer.toString(rounds));
    var command =
        ChildJvm.Command.withHeap(
            ReplayJvm.heapMebibytes(summary), target.jvmOptions(), StepsProcess.class, arguments);
    String classPath = classes + File.pathSeparator + command.classPath();
    return jvm.run(
        new ChildJvm.Command(
            List.of(), classPath, command.options(), command.main(), command.args()),
        new ChildJvm.Results<>() {
          @Override
          public Result read(Path file) throws IOException {
            return new Result(
                Files.readAllLines(file).stream().map(StepFigures::fromText).toList(), null);
          }

          @Override
          public Result failed(String why) {
            return new Result(List.of(), why);
          }
        });
  }
}
