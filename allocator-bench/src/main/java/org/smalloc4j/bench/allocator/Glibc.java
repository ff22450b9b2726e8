package org.smalloc4j.bench.allocator;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/** The C library this JVM runs on. */
public final class Glibc {

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup SYMBOLS = LINKER.defaultLookup();

  private Glibc() {}

  static NativeFunctions functions(Linker.Option... options) {
    return NativeFunctions.link(SYMBOLS, "", options);
  }

  /** {@code glibc} and its version, or {@code libc} where it does not tell. */
  public static String version() {
    Optional<MemorySegment> symbol = SYMBOLS.find("gnu_get_libc_version");
    if (symbol.isEmpty()) {
      return "libc";
    }
    try {
      var text =
          (MemorySegment)
              LINKER.downcallHandle(symbol.get(), FunctionDescriptor.of(ADDRESS)).invokeExact();
      return "glibc " + text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new AssertionError("a downcall threw", e);
    }
  }

  /** Returns the free memory of the C heap, as the JVM itself leaves it, to the system. */
  public static void trim() {
    Optional<MemorySegment> symbol = SYMBOLS.find("malloc_trim");
    if (symbol.isEmpty()) {
      return;
    }
    try {
      int ignored =
          (int)
              LINKER
                  .downcallHandle(symbol.get(), FunctionDescriptor.of(JAVA_INT, JAVA_LONG))
                  .invokeExact(0L);
    } catch (Throwable e) {
      throw new AssertionError("a downcall threw", e);
    }
  }
}
