package org.smalloc4j.bench.micro;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.smalloc4j.Smalloc;

/**
 * What does a block cost in an arena of a million, on a Java heap of 256 MiB? The JDK's arenas keep
 * a Java object for each, which the garbage collector has to move.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 15)
@Fork(
    value = 3,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-Xmx256m"})
public class LargeArenaBenchmark {
  private static final int BLOCKS = 1_000_000;
  private static final Smalloc HEAP = Smalloc.create();

  /** What is opened. */
  @Param({"JDK_CONFINED", "CONFINED", "JDK_SHARED", "SHARED"})
  public ArenaBenchmark.Kind arena = ArenaBenchmark.Kind.CONFINED;

  @Benchmark
  @OperationsPerInvocation(BLOCKS)
  public void openFillClose() {
    try (Arena open = open()) {
      for (int i = 0; i < BLOCKS; i++) {
        open.allocate(64, 8).set(ValueLayout.JAVA_LONG, 0, i);
      }
    }
  }

  private Arena open() {
    return switch (arena) {
      case JDK_CONFINED -> Arena.ofConfined();
      case CONFINED -> HEAP.confinedArena();
      case JDK_SHARED -> Arena.ofShared();
      default -> HEAP.sharedArena();
    };
  }
}
