package org.smalloc4j.bench.pause;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.process.ChildJvm;

/** Measures the longest stops, in a JVM for each collector. */
public final class StopJvm {
  private static final long HEAP_MEBIBYTES = 256;
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  /** Collectors, as the JVM's options name them. */
  public enum Collector {
    G1,
    Z,
    SERIAL,
    PARALLEL;

    private List<String> options() {
      String name =
          switch (this) {
            case G1 -> "G1";
            case Z -> "Z";
            case SERIAL -> "Serial";
            case PARALLEL -> "Parallel";
          };
      // The other one is the JVM's default of these measurements.
      return List.of("-XX:-UseSerialGC", "-XX:+Use" + name + "GC");
    }
  }

  /**
   * Longest stops in ms: without work, while blocks of each size grew, while blocks of each size
   * were allocated zeroed.
   *
   * @param failure why there are none
   */
  public record Result(List<Double> millis, @Nullable String failure) {}

  private static final class Results implements ChildJvm.Results<Result> {
    @Override
    public Result read(Path file) throws IOException {
      String[] words = Files.readString(file).split(" ");
      return new Result(Stream.of(words).map(Double::valueOf).toList(), null);
    }

    @Override
    public Result failed(String why) {
      return new Result(List.of(), why);
    }
  }

  private final ChildJvm jvm = new ChildJvm(TIMEOUT);

  /** Runs a JVM; each figure takes some milliseconds. */
  public Result run(Collector collector, StopCause cause, int millis, List<Integer> mebibytes)
      throws IOException {
    var arguments = new ArrayList<>(List.of(cause.name(), Integer.toString(millis)));
    mebibytes.forEach(size -> arguments.add(size.toString()));
    return jvm.run(
        ChildJvm.Command.withHeap(
            HEAP_MEBIBYTES, collector.options(), StopProcess.class, arguments),
        new Results());
  }
}
