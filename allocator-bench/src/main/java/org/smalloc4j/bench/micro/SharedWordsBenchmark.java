package org.smalloc4j.bench.micro;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.smalloc4j.Smalloc;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.allocator.TargetKind;

/**
 * What does malloc + write + free of 64 bytes cost, against two {@code lock cmpxchg}?
 *
 * <p>An allocator on shared words has to win one compare-and-swap to take a slot and one to give it
 * back, so {@link #twoCompareAndSets} is its floor. The figures of glibc and mimalloc show what the
 * same pair costs behind a downcall.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class SharedWordsBenchmark {

  private static final long BYTE_SIZE = 64;
  private static final long CACHE_LINES = 256;

  /** A word with its cache line, and the line the prefetcher pairs with it, to itself. */
  private static final MemorySegment WORD = Arena.global().allocate(CACHE_LINES, CACHE_LINES);

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  @Benchmark
  public void smalloc4j() {
    long address = Heap.SMALLOC4J.malloc(BYTE_SIZE);
    OffHeap.storeLong(address, address);
    Heap.SMALLOC4J.free(address);
  }

  /** The second swap expects what the first one wrote, so they cannot overlap. */
  @Benchmark
  public boolean twoCompareAndSets() {
    boolean first = increment();
    boolean second = increment();
    return first == second;
  }

  private static boolean increment() {
    // Opaque: loads the word anew at every call; orders nothing else. The swap is volatile, as the
    // swaps of the shared words are.
    long value = (long) LONG.getOpaque(WORD, 0L);
    return LONG.compareAndSet(WORD, 0L, value, value + 1);
  }

  @Benchmark
  public void glibcPlain() {
    pair(Plain.GLIBC);
  }

  @Benchmark
  public void glibcCritical() {
    pair(Critical.GLIBC);
  }

  @Benchmark
  public void mimallocCritical() {
    pair(Mimalloc.MIMALLOC);
  }

  private static void pair(ReplayTarget target) {
    long address = target.malloc(0, BYTE_SIZE);
    OffHeap.storeLong(address, address);
    target.free(0, address);
  }

  /** Each allocator is opened in the forks that measure it, and is a constant there. */
  private static final class Heap {
    static final Smalloc SMALLOC4J = Smalloc.create();
  }

  private static final class Plain {
    static final ReplayTarget GLIBC = TargetKind.GLIBC.open(1, false);
  }

  private static final class Critical {
    static final ReplayTarget GLIBC = TargetKind.GLIBC_CRITICAL.open(1, false);
  }

  private static final class Mimalloc {
    static final ReplayTarget MIMALLOC = TargetKind.MIMALLOC.open(1, false);
  }
}
