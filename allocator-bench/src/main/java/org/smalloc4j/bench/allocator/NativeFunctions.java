package org.smalloc4j.bench.allocator;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The five functions of a C allocator as downcall handles; pointers and sizes are {@code long}s.
 *
 * <p>Keep an instance in a {@code static final} field: the JIT compiler trusts a record's fields,
 * so the calls are then direct.
 */
record NativeFunctions(
    MethodHandle malloc,
    MethodHandle calloc,
    MethodHandle memalign,
    MethodHandle realloc,
    MethodHandle free) {

  private static final FunctionDescriptor LONG = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor LONG_LONG =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor VOID = FunctionDescriptor.ofVoid(JAVA_LONG);

  /** The functions of a library that are named malloc and so on, after a prefix. */
  static NativeFunctions link(SymbolLookup symbols, String prefix, Linker.Option... options) {
    return link(
        symbols.findOrThrow(prefix + "malloc"),
        symbols.findOrThrow(prefix + "calloc"),
        symbols.findOrThrow(prefix + "memalign"),
        symbols.findOrThrow(prefix + "realloc"),
        symbols.findOrThrow(prefix + "free"),
        options);
  }

  /** Where the five functions are, and how to call them. */
  static NativeFunctions link(
      MemorySegment malloc,
      MemorySegment calloc,
      MemorySegment memalign,
      MemorySegment realloc,
      MemorySegment free,
      Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return new NativeFunctions(
        linker.downcallHandle(malloc, LONG, options),
        linker.downcallHandle(calloc, LONG_LONG, options),
        linker.downcallHandle(memalign, LONG_LONG, options),
        linker.downcallHandle(realloc, LONG_LONG, options),
        linker.downcallHandle(free, VOID, options));
  }
}
