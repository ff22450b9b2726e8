package org.smalloc4j.internal.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library that {@link PosixMemory} calls, all through one handle. A call
 * that succeeds needs no Java heap.
 *
 * @param handle takes a function and six numbers
 * @param mmap the function of that name, as the others
 * @param mremap the same, {@link MemorySegment#NULL} where the library has none
 * @param mlock2 the same
 * @param mprotect the function of that name
 */
record CLibrary(
    MethodHandle handle,
    MemorySegment mmap,
    MemorySegment munmap,
    MemorySegment mremap,
    MemorySegment madvise,
    MemorySegment mincore,
    MemorySegment mlock2,
    MemorySegment mprotect,
    MemorySegment getpagesize) {
  /*
   * One shape for all: (long, long, long, long, long, long) -> long. To link a shape takes the JVM 5
   * ms at start-up. In the calling conventions of 64-bit Linux and macOS an int argument is passed
   * in the register of a long, a callee does not look at registers beyond its arguments, and of an
   * int result the caller takes the lower half.
   *
   * A handle that is no constant is customised, once, at its 128th call, and that needs Java heap.
   * So it is called that often here.
   *
   * A handle that captures errno makes a segment at each call. So a call that has failed is made
   * again, with errno; what it asks for can be asked for twice.
   */

  /** What each of the functions returns when it fails; mmap too, which does not return null. */
  static final long FAILED = -1;

  /** More calls than java.lang.invoke counts before it customises a handle. */
  static final int CALLS_UNTIL_CUSTOMISED = 130;

  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /** Null until it could be made: what fails for want of Java heap can be tried again. */
  private static @Nullable CLibrary made;

  /** Returns the functions; links them the first time. */
  static synchronized CLibrary get() {
    CLibrary library = made;
    if (library == null) {
      library = link();
      for (int i = 0; i < CALLS_UNTIL_CUSTOMISED; i++) {
        library.osPageBytes();
      }
      made = library;
    }
    return library;
  }

  @SuppressWarnings("restricted")
  private static CLibrary link() {
    Linker linker = Linker.nativeLinker();
    SymbolLookup lookup = linker.defaultLookup();
    return new CLibrary(
        linker.downcallHandle(SHAPE),
        lookup.findOrThrow("mmap"),
        lookup.findOrThrow("munmap"),
        lookup.find("mremap").orElse(MemorySegment.NULL),
        lookup.findOrThrow("madvise"),
        lookup.findOrThrow("mincore"),
        lookup.find("mlock2").orElse(MemorySegment.NULL),
        lookup.findOrThrow("mprotect"),
        lookup.findOrThrow("getpagesize"));
  }

  /** Returns the bytes of an OS page. */
  long osPageBytes() {
    return (int) call(getpagesize, 0, 0, 0, 0, 0, 0);
  }

  /** Calls a function of three numbers, which returns an int. */
  int call(MemorySegment function, long a, long b, long c) {
    return (int) call(function, a, b, c, 0, 0, 0);
  }

  /** Calls a function. */
  long call(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) handle.invokeExact(function, a, b, c, d, e, f);
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) {
      throw new AssertionError("a downcall threw", thrown);
    }
  }

  /** What a call did that was made again. */
  record Repeated(long result, int errno) {}

  /** Makes a call again that has failed, to learn why; this time it may succeed. */
  @SuppressWarnings("restricted")
  static Repeated again(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    StructLayout layout = Linker.Option.captureStateLayout();
    MethodHandle capturing =
        Linker.nativeLinker().downcallHandle(SHAPE, Linker.Option.captureCallState("errno"));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(layout);
      long result = (long) capturing.invokeExact(function, state, a, b, c, d, e, f);
      long errnoOffset = layout.byteOffset(PathElement.groupElement("errno"));
      return new Repeated(result, state.get(JAVA_INT, errnoOffset));
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) {
      throw new AssertionError("a downcall threw", thrown);
    }
  }
}
