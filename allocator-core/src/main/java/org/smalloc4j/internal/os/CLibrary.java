package org.smalloc4j.internal.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library that {@link PosixMemory} calls, all through one handle.
 *
 * @param call takes a function, the segment that errno goes to, and six numbers
 * @param mmap the function of that name, as the others
 */
record CLibrary(
    MethodHandle call,
    MemorySegment mmap,
    MemorySegment munmap,
    MemorySegment madvise,
    MemorySegment mincore,
    MemorySegment getpagesize) {
  /*
   * One shape for all: (long, long, long, long, long, long) -> long. To link a shape takes the JVM 5
   * ms at start-up. In the calling conventions of 64-bit Linux and macOS an int argument is passed
   * in the register of a long, a callee does not look at registers beyond its arguments, and of an
   * int result the caller takes the lower half.
   *
   * A handle that is no constant is customised, once, at its 128th call, and that needs Java heap.
   * So it is called that often here.
   */

  /** More calls than java.lang.invoke counts before it customises a handle. */
  private static final int CALLS_UNTIL_CUSTOMISED = 130;

  /** Null until it could be made: what fails for want of Java heap can be tried again. */
  private static @Nullable CLibrary made;

  /** Returns the functions; links them the first time. */
  static synchronized CLibrary get() {
    CLibrary library = made;
    if (library == null) {
      library = link();
      made = library;
    }
    return library;
  }

  @SuppressWarnings("restricted")
  private static CLibrary link() {
    Linker linker = Linker.nativeLinker();
    SymbolLookup lookup = linker.defaultLookup();
    FunctionDescriptor sixNumbers =
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    return new CLibrary(
        linker.downcallHandle(sixNumbers, Linker.Option.captureCallState("errno")),
        lookup.findOrThrow("mmap"),
        lookup.findOrThrow("munmap"),
        lookup.findOrThrow("madvise"),
        lookup.findOrThrow("mincore"),
        lookup.findOrThrow("getpagesize"));
  }

  /** Calls a function. Needs no Java heap once {@link #prepare} was here. */
  long call(MemorySegment function, MemorySegment state, long a, long b, long c) {
    return call(function, state, a, b, c, 0, 0, 0);
  }

  /** Calls a function, of a long result. */
  long call(
      MemorySegment function, MemorySegment state, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) call.invokeExact(function, state, a, b, c, d, e, f);
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) {
      throw new AssertionError("a downcall threw", thrown);
    }
  }

  /** Returns the bytes of an OS page, having called often enough for what the JVM does then. */
  long prepare(MemorySegment state) {
    long osPageBytes = 0;
    for (int i = 0; i < CALLS_UNTIL_CUSTOMISED; i++) {
      osPageBytes = (int) call(getpagesize, state, 0, 0, 0);
    }
    return osPageBytes;
  }

  /** Returns the errno that a call left. */
  static int errno(MemorySegment state) {
    return state.get(JAVA_INT, Linker.Option.captureStateLayout().byteOffset(errnoPath()));
  }

  private static PathElement errnoPath() {
    return PathElement.groupElement("errno");
  }
}
