package org.smalloc4j.bench.micro;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.smalloc4j.Smalloc;

/**
 * What does an arena cost, over a heap and the JDK's: opened, given some blocks of 64 bytes, each
 * written once, and closed? With {@code -prof gc}: how much Java heap? Beside the JDK's: {@code
 * ./smalloc4j jmh ArenaBenchmark -prof gc}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class ArenaBenchmark {
  /** Kinds of arena. */
  public enum Kind {
    JDK_CONFINED,
    CONFINED,
    JDK_SHARED,
    SHARED,
    UNCHECKED_SHARED
  }

  private static final Smalloc HEAP = Smalloc.create();

  /** What is opened. */
  @Param({"JDK_CONFINED", "CONFINED", "JDK_SHARED", "SHARED", "UNCHECKED_SHARED"})
  public Kind arena = Kind.CONFINED;

  /** Blocks of an arena. */
  @Param({"1", "5"})
  public int blocks;

  @Benchmark
  public long openAllocateClose() {
    return switch (arena) {
      case JDK_CONFINED -> use(Arena.ofConfined());
      case CONFINED -> use(HEAP.confinedArena());
      case JDK_SHARED -> use(Arena.ofShared());
      case SHARED -> use(HEAP.sharedArena());
      case UNCHECKED_SHARED -> use(HEAP.uncheckedSharedArena());
    };
  }

  private long use(Arena opened) {
    long address = 0;
    try (Arena open = opened) {
      for (int i = 0; i < blocks; i++) {
        var segment = open.allocate(64, 8);
        segment.set(ValueLayout.JAVA_LONG, 0, i);
        address = segment.address();
      }
    }
    return address;
  }
}
