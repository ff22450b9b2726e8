package org.smalloc4j.stress.random;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Code that a virtual thread runs below a C function, where it cannot leave its carrier. */
final class Pinned {
  private static final ThreadLocal<Runnable> ACTION = new ThreadLocal<>();
  private static final MethodHandle QSORT = qsort();
  private static final MemorySegment CALL_BACK = callBackStub();
  private static final MemorySegment TWO_BYTES = Arena.global().allocate(2);

  private Pinned() {}

  @SuppressWarnings("restricted")
  private static MethodHandle qsort() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("qsort"),
        FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
  }

  @SuppressWarnings("restricted")
  private static MemorySegment callBackStub() {
    try {
      MethodType type = MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class);
      return Linker.nativeLinker()
          .upcallStub(
              MethodHandles.lookup().findStatic(Pinned.class, "compare", type),
              FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS),
              Arena.global());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("compare is missing", e);
    }
  }

  @SuppressWarnings({"unused", "EffectivelyPrivate"}) // called by qsort
  private static int compare(MemorySegment first, MemorySegment second) {
    ACTION.get().run();
    return 0;
  }

  /** Runs an action below qsort, once. It must not throw: that would end the JVM. */
  static void run(Runnable action) {
    ACTION.set(action);
    try {
      QSORT.invokeExact(TWO_BYTES, 2L, 1L, CALL_BACK);
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      ACTION.remove();
    }
  }
}
