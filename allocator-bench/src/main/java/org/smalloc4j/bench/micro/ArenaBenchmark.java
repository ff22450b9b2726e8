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
    SHARED
  }

  /*
   * Five methods that differ in one word, and not one with a parameter: an arena is used where it is
   * opened, which is what the compiler has to see.
   */

  private static final Smalloc HEAP = Smalloc.create();

  /** Blocks of an arena. */
  @Param({"1", "5"})
  public int blocks;

  @Benchmark
  public long jdkConfined() {
    long address = 0;
    try (Arena arena = Arena.ofConfined()) {
      for (int i = 0; i < blocks; i++) {
        var segment = arena.allocate(64, 8);
        segment.set(ValueLayout.JAVA_LONG, 0, i);
        address = segment.address();
      }
    }
    return address;
  }

  @Benchmark
  public long confined() {
    long address = 0;
    try (Arena arena = HEAP.confinedArena()) {
      for (int i = 0; i < blocks; i++) {
        var segment = arena.allocate(64, 8);
        segment.set(ValueLayout.JAVA_LONG, 0, i);
        address = segment.address();
      }
    }
    return address;
  }

  @Benchmark
  public long jdkShared() {
    long address = 0;
    try (Arena arena = Arena.ofShared()) {
      for (int i = 0; i < blocks; i++) {
        var segment = arena.allocate(64, 8);
        segment.set(ValueLayout.JAVA_LONG, 0, i);
        address = segment.address();
      }
    }
    return address;
  }

  @Benchmark
  public long shared() {
    long address = 0;
    try (Arena arena = HEAP.sharedArena()) {
      for (int i = 0; i < blocks; i++) {
        var segment = arena.allocate(64, 8);
        segment.set(ValueLayout.JAVA_LONG, 0, i);
        address = segment.address();
      }
    }
    return address;
  }

  @Benchmark
  public long uncheckedShared() {
    long address = 0;
    try (Arena arena = HEAP.uncheckedSharedArena()) {
      for (int i = 0; i < blocks; i++) {
        var segment = arena.allocate(64, 8);
        segment.set(ValueLayout.JAVA_LONG, 0, i);
        address = segment.address();
      }
    }
    return address;
  }
}
