package org.smalloc4j.bench.alternatives;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
import org.smalloc4j.internal.raw.RawMemory;

/** Which way of filling native memory with zeros is the fastest for calloc? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class ZeroBenchmark {
  private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  private static final int MOST = 16 << 20;
  private static final long OS_PAGE = 4_096;
  private static final MemorySegment ZEROS = Arena.global().allocate(64 << 10, OS_PAGE);

  @Param({"64", "256", "1024", "4096", "65536", "1048576", "16777216"})
  public long byteSize;

  private final long address = Arena.global().allocate(MOST, OS_PAGE).address();

  /** What RawMemory does: a large block by copies of 4 KiB that are zero. */
  @Benchmark
  public void shipped() {
    RawMemory.zero(address, byteSize);
  }

  /** The JDK's own. */
  @Benchmark
  public void fill() {
    EVERYTHING.asSlice(address, byteSize).fill((byte) 0);
  }

  /** Copies of 64 KiB that are zero. */
  @Benchmark
  public void longCopies() {
    long done = 0;
    while (done < byteSize) {
      long part = Math.min(byteSize - done, ZEROS.byteSize());
      MemorySegment.copy(ZEROS, 0, EVERYTHING, address + done, part);
      done += part;
    }
  }

  /** A loop that the compiler can vectorise. */
  @Benchmark
  public void loop() {
    int size = (int) byteSize;
    for (int i = 0; i < size; i += Long.BYTES) {
      EVERYTHING.set(ValueLayout.JAVA_LONG_UNALIGNED, address + i, 0L);
    }
  }
}
