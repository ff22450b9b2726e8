package org.smalloc4j.c;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** Calls function pointers as C code does. Pointers are passed as {@code long}s. */
final class Pointers {
  private Pointers() {}

  /** A C function that returns a pointer or a number. */
  interface Function {
    /** Calls it. */
    long call(Object... arguments);
  }

  /** Links a function of {@code long}s. */
  static Function of(MemorySegment pointer, int arguments) {
    MemoryLayout[] longs = new MemoryLayout[arguments];
    Arrays.fill(longs, JAVA_LONG);
    return of(pointer, FunctionDescriptor.of(JAVA_LONG, longs));
  }

  /** Links a function; what it returns, if anything, is widened. */
  static Function of(
      MemorySegment pointer, FunctionDescriptor descriptor, Linker.Option... options) {
    MethodHandle handle = link(pointer, descriptor, options);
    return arguments -> {
      try {
        return handle.invokeWithArguments(arguments) instanceof Number result
            ? result.longValue()
            : 0;
      } catch (Throwable thrown) {
        throw new AssertionError("a downcall threw", thrown);
      }
    };
  }

  /** Links a function. */
  @SuppressWarnings("restricted")
  static MethodHandle link(
      MemorySegment pointer, FunctionDescriptor descriptor, Linker.Option... options) {
    return Linker.nativeLinker().downcallHandle(pointer, descriptor, options);
  }

  /** Makes a pointer to a Java method. */
  @SuppressWarnings("restricted")
  static MemorySegment upcall(MethodHandle target, FunctionDescriptor descriptor, Arena arena) {
    return Linker.nativeLinker().upcallStub(target, descriptor, arena);
  }

  /** Finds a function of the C library. */
  static MemorySegment ofLibc(String name) {
    return Linker.nativeLinker().defaultLookup().findOrThrow(name);
  }

  /** The functions of a lookup, under C's names. */
  record Libc(
      Function malloc,
      Function calloc,
      Function realloc,
      Function free,
      Function alignedAlloc,
      Function usableSize) {

    /** Links them. */
    static Libc of(SymbolLookup symbols) {
      return new Libc(
          Pointers.of(symbols.findOrThrow("malloc"), 1),
          Pointers.of(symbols.findOrThrow("calloc"), 2),
          Pointers.of(symbols.findOrThrow("realloc"), 2),
          Pointers.of(symbols.findOrThrow("free"), FunctionDescriptor.ofVoid(JAVA_LONG)),
          Pointers.of(symbols.findOrThrow("aligned_alloc"), 2),
          Pointers.of(symbols.findOrThrow("malloc_usable_size"), 1));
    }
  }
}
