package org.smalloc4j.bench.allocator;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;

/** mimalloc out of LWJGL's jar, through critical FFM downcalls. */
final class MimallocTarget extends NativeTarget {

  private static final SymbolLookup LIBRARY = BundledLibrary.load("mimalloc/libmimalloc.so");
  private static final NativeFunctions FUNCTIONS =
      NativeFunctions.link(LIBRARY, "mi_", Linker.Option.critical(false));

  @Override
  NativeFunctions functions() {
    return FUNCTIONS;
  }

  @Override
  public String version() {
    try {
      return versionOf(
          (int)
              Linker.nativeLinker()
                  .downcallHandle(
                      LIBRARY.findOrThrow("mi_version"), FunctionDescriptor.of(JAVA_INT))
                  .invokeExact());
    } catch (Throwable e) {
      throw new AssertionError("a downcall threw", e);
    }
  }

  /** mimalloc codes 3.4.5 as 30405, older releases as 345. */
  static String versionOf(int code) {
    int base = code >= 10_000 ? 100 : 10;
    String version = code / base / base + "." + code / base % base + "." + code % base;
    return "mimalloc " + version + " (LWJGL " + Versions.LWJGL + ")";
  }
}
