package org.smalloc4j;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Runs something while C code uses a segment: in the comparison function of {@code qsort}. */
@SuppressWarnings("restricted")
final class Downcall {
  private static final ThreadLocal<Runnable> ACTION = new ThreadLocal<>();

  private Downcall() {}

  @SuppressWarnings("unused") // by its handle
  private static int compare(MemorySegment one, MemorySegment other) {
    ACTION.get().run();
    return 0;
  }

  /** Runs an action, once or more, while a downcall uses a segment of at least 8 bytes. */
  static void whileUsing(MemorySegment segment, Runnable action) throws Throwable {
    Linker linker = Linker.nativeLinker();
    MethodHandle sort =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("qsort"),
            FunctionDescriptor.ofVoid(
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS));
    MethodHandle compare =
        MethodHandles.lookup()
            .findStatic(
                Downcall.class,
                "compare",
                MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
    try (Arena stubs = Arena.ofConfined()) {
      MemorySegment stub =
          linker.upcallStub(
              compare,
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
              stubs);
      ACTION.set(action);
      sort.invokeExact(segment, 2L, 4L, stub);
    } finally {
      ACTION.remove();
    }
  }
}
