package org.smalloc4j.c;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * Makes the function pointers of {@link CFunctions}: upcall stubs that live as long as an arena.
 *
 * <p>Pointers and {@code size_t} cross as {@code long}s, which are passed alike on every 64-bit
 * platform and need no object for a call.
 */
record Stubs(CFunctions functions, Arena lifetime) {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private static final FunctionDescriptor LONG_OF_LONG =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor LONG_OF_TWO_LONGS =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor VOID_OF_LONG = FunctionDescriptor.ofVoid(JAVA_LONG);
  private static final FunctionDescriptor INT_OF_LONG = FunctionDescriptor.of(JAVA_INT, JAVA_LONG);

  MemorySegment malloc() {
    return stub("malloc", LONG_OF_LONG);
  }

  MemorySegment calloc() {
    return stub("calloc", LONG_OF_TWO_LONGS);
  }

  MemorySegment realloc() {
    return stub("realloc", LONG_OF_TWO_LONGS);
  }

  MemorySegment free() {
    return stub("free", VOID_OF_LONG);
  }

  MemorySegment alignedAlloc() {
    return stub("alignedAlloc", LONG_OF_TWO_LONGS);
  }

  MemorySegment usableSize() {
    return stub("usableSize", LONG_OF_LONG);
  }

  MemorySegment zalloc() {
    return stub("zalloc", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT));
  }

  MemorySegment zfree() {
    return stub("zfree", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
  }

  MemorySegment luaAlloc() {
    return stub(
        "luaAlloc", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  }

  /**
   * Makes a {@code struct sqlite3_mem_methods}: xMalloc, xFree, xRealloc, xSize, xRoundup, xInit,
   * xShutdown, pAppData, eight pointers.
   *
   * @param free the stub of {@code free}, which fits xFree
   */
  MemorySegment sqliteMemMethods(MemorySegment free) {
    long noAppData = 0;
    return lifetime
        .allocateFrom(
            JAVA_LONG,
            stub("sqliteMalloc", FunctionDescriptor.of(JAVA_LONG, JAVA_INT)).address(),
            free.address(),
            stub("sqliteRealloc", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT)).address(),
            stub("sqliteSize", INT_OF_LONG).address(),
            stub("sqliteRoundup", FunctionDescriptor.of(JAVA_INT, JAVA_INT)).address(),
            stub("sqliteInit", INT_OF_LONG).address(),
            stub("sqliteShutdown", VOID_OF_LONG).address(),
            noAppData)
        .asReadOnly();
  }

  @SuppressWarnings("restricted")
  private MemorySegment stub(String name, FunctionDescriptor descriptor) {
    MethodHandle target;
    try {
      target = LOOKUP.findVirtual(CFunctions.class, name, descriptor.toMethodType());
    } catch (ReflectiveOperationException impossible) {
      throw new LinkageError(impossible.getMessage(), impossible);
    }
    return LINKER.upcallStub(target.bindTo(functions), descriptor, lifetime);
  }
}
