package org.smalloc4j.bench.threads;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.process.ChildJvm;

/** Measures allocators with many live threads, each in a JVM of its own. */
public final class ThreadsJvm {
  private static final long HEAP_MEBIBYTES = 64;
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /**
   * Wall nanoseconds for a replacement: with each number of threads, and last with one thread
   * beside idle ones.
   *
   * @param failure why there are none
   */
  public record Result(List<Double> nanos, @Nullable String failure) {}

  private static final class Results implements ChildJvm.Results<Result> {
    @Override
    public Result read(Path file) throws IOException {
      return new Result(
          Stream.of(Files.readString(file).split(" ")).map(Double::valueOf).toList(), null);
    }

    @Override
    public Result failed(String why) {
      return new Result(List.of(), why);
    }
  }

  private final ChildJvm jvm = new ChildJvm(TIMEOUT);

  /** Runs a JVM; each figure takes so many milliseconds. */
  public Result run(TargetKind target, boolean isVirtual, int most, int millis) throws IOException {
    List<String> arguments =
        List.of(
            target.name(),
            Boolean.toString(isVirtual),
            Integer.toString(most),
            Long.toString(Duration.ofMillis(millis).toNanos()));
    return jvm.run(
        ChildJvm.Command.withHeap(
            HEAP_MEBIBYTES, target.jvmOptions(), ThreadsProcess.class, arguments),
        new Results());
  }
}
