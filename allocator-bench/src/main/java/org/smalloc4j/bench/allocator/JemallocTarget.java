package org.smalloc4j.bench.allocator;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/** jemalloc out of LWJGL's jar, through critical FFM downcalls. */
final class JemallocTarget extends NativeTarget {

  private static final SymbolLookup LIBRARY = BundledLibrary.load("jemalloc/libjemalloc.so");
  private static final NativeFunctions FUNCTIONS =
      NativeFunctions.link(
          LIBRARY.findOrThrow("je_malloc"),
          LIBRARY.findOrThrow("je_calloc"),
          LIBRARY.findOrThrow("je_memalign"),
          LIBRARY.findOrThrow("je_realloc"),
          LIBRARY.findOrThrow("je_free"),
          Linker.Option.critical(false));

  @Override
  NativeFunctions functions() {
    return FUNCTIONS;
  }

  @Override
  public String version() {
    var signature = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(ADDRESS);
      MemorySegment length = arena.allocateFrom(JAVA_LONG, ADDRESS.byteSize());
      int error =
          (int)
              Linker.nativeLinker()
                  .downcallHandle(LIBRARY.findOrThrow("je_mallctl"), signature)
                  .invokeExact(arena.allocateFrom("version"), text, length, MemorySegment.NULL, 0L);
      String version =
          error == 0
              ? text.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0).replaceAll("-g.*", "")
              : "(mallctl error " + error + ")";
      return "jemalloc " + version + " (LWJGL " + Versions.LWJGL + ")";
    } catch (Throwable e) {
      throw new AssertionError("a downcall threw", e);
    }
  }
}
