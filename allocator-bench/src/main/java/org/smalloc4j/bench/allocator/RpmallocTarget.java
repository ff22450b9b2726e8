package org.smalloc4j.bench.allocator;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/**
 * rpmalloc out of LWJGL's jar, through critical FFM downcalls.
 *
 * <p>The library shows its functions to JNI only, but has JNI functions that return the addresses
 * of the C functions and use neither the environment nor the class they are passed. A thread gets
 * its rpmalloc heap at its first allocation.
 */
final class RpmallocTarget extends NativeTarget {

  private static final String JNI = "Java_org_lwjgl_system_rpmalloc_RPmalloc_";
  private static final SymbolLookup LIBRARY = BundledLibrary.load("rpmalloc/liblwjgl_rpmalloc.so");
  private static final NativeFunctions FUNCTIONS = initialize();

  private static NativeFunctions initialize() {
    var signature = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
    try {
      int error =
          (int)
              Linker.nativeLinker()
                  .downcallHandle(LIBRARY.findOrThrow(JNI + "nrpmalloc_1initialize"), signature)
                  .invokeExact(MemorySegment.NULL, MemorySegment.NULL, 0L);
      if (error != 0) {
        throw new IllegalStateException("rpmalloc_initialize returned " + error);
      }
      return NativeFunctions.link(
          addressOf("rpmalloc"),
          addressOf("rpcalloc"),
          addressOf("rpaligned_1alloc"),
          addressOf("rprealloc"),
          addressOf("rpfree"),
          Linker.Option.critical(false));
    } catch (Throwable e) {
      throw new AssertionError("a downcall threw", e);
    }
  }

  private static MemorySegment addressOf(String function) throws Throwable {
    long address =
        (long)
            Linker.nativeLinker()
                .downcallHandle(
                    LIBRARY.findOrThrow(JNI + function + "_1address"),
                    FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS))
                .invokeExact(MemorySegment.NULL, MemorySegment.NULL);
    return MemorySegment.ofAddress(address);
  }

  @Override
  NativeFunctions functions() {
    return FUNCTIONS;
  }

  @Override
  public String version() {
    return "rpmalloc (LWJGL " + Versions.LWJGL + ")";
  }
}
