package org.smalloc4j.bench.micro;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.smalloc4j.Allocator;
import org.smalloc4j.Smalloc;
import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.observe.CacheAlignedAllocator;
import org.smalloc4j.observe.ForwardingAllocator;
import org.smalloc4j.observe.MeteredAllocator;
import org.smalloc4j.observe.TracingAllocator;

/**
 * What does an allocator in front of another one add to malloc + write + free of 64 bytes?
 *
 * <p>{@code traced-1} walks the stack at every allocation, {@code traced-1000} at one in a
 * thousand. {@code -t 2} shows what the threads' common counters cost.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class WrapperBenchmark {
  private static final long BYTE_SIZE = 64;

  /** What stands in front of a heap. */
  @Param({"none", "forwarding", "metered", "traced-1000", "traced-1", "cache-aligned"})
  public String wrapper = "";

  @SuppressWarnings("NullAway.Init")
  private Allocator allocator;

  @Setup
  public void open() {
    Smalloc heap = Smalloc.create();
    allocator =
        switch (wrapper) {
          case "none" -> heap;
          case "forwarding" -> new ForwardingAllocator(heap) {};
          case "metered" -> MeteredAllocator.over(heap);
          case "traced-1000" -> TracingAllocator.over(heap, 1000);
          case "traced-1" -> TracingAllocator.over(heap, 1);
          case "cache-aligned" -> CacheAlignedAllocator.over(heap);
          default -> throw new IllegalArgumentException("no wrapper \"" + wrapper + "\"");
        };
  }

  @TearDown
  public void close() {
    allocator.close();
  }

  @Benchmark
  public void pair() {
    long address = allocator.malloc(BYTE_SIZE);
    OffHeap.storeLong(address, address);
    allocator.free(address);
  }
}
