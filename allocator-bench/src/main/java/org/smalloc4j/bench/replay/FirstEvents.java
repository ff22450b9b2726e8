package org.smalloc4j.bench.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.bench.allocator.TargetKind;
import org.smalloc4j.bench.process.ChildJvm;
import org.smalloc4j.bench.trace.TraceSummary;

/**
 * Measures the first million events of a trace in fresh JVMs, with or without an ahead-of-time
 * cache (JEP 514) that holds the profiles of an earlier run (JEP 515).
 */
public final class FirstEvents {

  /** Events in a round. */
  public static final int ROUND_EVENTS = 50_000;

  /** Rounds, a million events together. */
  public static final int ROUNDS = 20;

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final ChildJvm jvm = new ChildJvm(TIMEOUT);
  private final Path trace;
  private final long heapMebibytes;
  private final String classPath;

  /**
   * Of one trace.
   *
   * @param classPath jars alone: a cache takes no directory
   */
  public FirstEvents(Path trace, TraceSummary summary, String classPath) {
    this.trace = trace;
    this.heapMebibytes = ReplayJvm.heapMebibytes(summary);
    this.classPath = classPath;
  }

  /**
   * What one JVM found out.
   *
   * @param nanos of each round; empty if it failed
   * @param failure why, or null
   */
  public record Curve(List<Long> nanos, @Nullable String failure) {}

  /** Runs a JVM without a cache. */
  public Curve run(TargetKind target) throws IOException {
    return run(target, List.of());
  }

  /** Runs a JVM that ends with writing a cache of what it did. */
  public Curve train(TargetKind target, Path cache) throws IOException {
    return run(target, List.of("-XX:AOTCacheOutput=" + cache));
  }

  /** Runs a JVM with a cache; it fails if the JVM cannot use that. */
  public Curve run(TargetKind target, Path cache) throws IOException {
    return run(target, List.of("-XX:AOTMode=on", "-XX:AOTCache=" + cache));
  }

  private Curve run(TargetKind target, List<String> more) throws IOException {
    var options = new ArrayList<>(target.jvmOptions());
    options.addAll(more);
    List<String> arguments = List.of(target.name(), trace.toString());
    var command =
        ChildJvm.Command.withHeap(heapMebibytes, options, FirstEventsProcess.class, arguments);
    return jvm.run(
        new ChildJvm.Command(
            List.of(), classPath, command.options(), command.main(), command.args()),
        new ChildJvm.Results<>() {
          @Override
          public Curve read(Path file) throws IOException {
            return new Curve(
                Stream.of(Files.readString(file).split(" ")).map(Long::valueOf).toList(), null);
          }

          @Override
          public Curve failed(String why) {
            return new Curve(List.of(), why);
          }
        });
  }
}
