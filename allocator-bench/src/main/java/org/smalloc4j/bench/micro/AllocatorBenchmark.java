package org.smalloc4j.bench.micro;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.smalloc4j.bench.allocator.JvmOptions;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.allocator.TargetKind;

/**
 * What the benchmarks of this package have in common: the allocator is a parameter, so each one has
 * forks of its own.
 *
 * <p>A fork opens one allocator and loads one implementation of {@link ReplayTarget}: the JIT
 * compiler inlines its calls behind one type check, and the heap or the method handles in its
 * static fields are constants. An operation is one malloc, one write of 8 bytes and one free.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "--enable-native-access=ALL-UNNAMED",
      JvmOptions.UNSAFE,
      JvmOptions.DIRECT_MEMORY,
      JvmOptions.NETTY_UNSAFE,
      JvmOptions.NETTY_DIRECT_MEMORY,
      JvmOptions.NETTY_LEAK_DETECTION
    })
public abstract class AllocatorBenchmark {

  private static final String QUIET_PROPERTY = "smalloc4j.bench.quiet";

  /** The option by which a fork does not print what it measures. */
  public static final String QUIET = "-D" + QUIET_PROPERTY + "=true";

  static final long BYTE_SIZE = 64;

  /** The label of a {@link TargetKind}. */
  @Param({
    "smalloc4j",
    "smalloc4j-shared",
    "glibc",
    "glibc-critical",
    "mimalloc",
    "rpmalloc",
    "jemalloc",
    "lwjgl-mimalloc",
    "lwjgl-jemalloc",
    "netty-adaptive",
    "netty-pooled",
    "arena"
  })
  public String allocator = "";

  /** Opened by the set-up of every benchmark. */
  @SuppressWarnings("NullAway.Init")
  ReplayTarget target;

  /** Opens the allocator; blocks are freed by other threads only if it is {@code threaded}. */
  final void open(int ids, boolean threaded) {
    TargetKind kind =
        TargetKind.of(allocator)
            .orElseThrow(() -> new IllegalArgumentException("no allocator \"" + allocator + "\""));
    target = kind.open(ids, threaded);
    if (!Boolean.getBoolean(QUIET_PROPERTY)) {
      System.out.println("measures: " + target.version());
    }
  }
}
