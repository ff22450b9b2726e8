package org.smalloc4j.bench.micro;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
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
import org.smalloc4j.c.NativeFunctions;

/**
 * What does malloc + write + free of 64 bytes cost C code that calls the heap's function pointers?
 *
 * <p>There is no C here: Java stands in for it with two downcalls, to the pointers and, beside
 * them, to glibc's functions in the same way. What the pointers cost C is the difference of the
 * two, and what glibc costs C (5 ns).
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class UpcallBenchmark {
  private static final long BYTE_SIZE = 64;

  @Benchmark
  public void pointers() throws Throwable {
    long address = (long) Pointers.MALLOC.invokeExact(BYTE_SIZE);
    OffHeap.storeLong(address, address);
    Pointers.FREE.invokeExact(address);
  }

  @Benchmark
  public void glibc() throws Throwable {
    long address = (long) Glibc.MALLOC.invokeExact(BYTE_SIZE);
    OffHeap.storeLong(address, address);
    Glibc.FREE.invokeExact(address);
  }

  /** The same heap without C in between. */
  @Benchmark
  public void java() {
    long address = Pointers.HEAP.malloc(BYTE_SIZE);
    OffHeap.storeLong(address, address);
    Pointers.HEAP.free(address);
  }

  private static MethodHandle malloc(MemorySegment pointer) {
    return Linker.nativeLinker()
        .downcallHandle(pointer, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
  }

  private static MethodHandle free(MemorySegment pointer) {
    return Linker.nativeLinker().downcallHandle(pointer, FunctionDescriptor.ofVoid(JAVA_LONG));
  }

  private static final class Pointers {
    static final Smalloc HEAP = Smalloc.create();
    private static final NativeFunctions FUNCTIONS = NativeFunctions.of(HEAP);
    static final MethodHandle MALLOC = malloc(FUNCTIONS.malloc());
    static final MethodHandle FREE = free(FUNCTIONS.free());
  }

  private static final class Glibc {
    static final MethodHandle MALLOC =
        malloc(Linker.nativeLinker().defaultLookup().findOrThrow("malloc"));
    static final MethodHandle FREE =
        free(Linker.nativeLinker().defaultLookup().findOrThrow("free"));
  }
}
