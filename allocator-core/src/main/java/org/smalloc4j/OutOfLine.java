package org.smalloc4j;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The way of malloc beside its fast path, behind a call that C2 does not see through: the handle is
 * no constant to it, as its field is not final. What a caller's method has inlined of malloc stays
 * small, and leaves room for the caller's own code (ADR 14).
 */
final class OutOfLine {
  @SuppressWarnings("FieldMayBeFinal")
  private static MethodHandle malloc = mallocOf(MethodHandles.lookup());

  private OutOfLine() {}

  private static MethodHandle mallocOf(MethodHandles.Lookup lookup) {
    MethodType type = MethodType.methodType(long.class, long.class, long.class);
    try {
      return lookup.findVirtual(Smalloc.class, "malloc", type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Calls {@code heap.malloc(byteSize, 1)}. */
  static long malloc(Smalloc heap, long byteSize) {
    try {
      return (long) malloc.invokeExact(heap, byteSize, 1L);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("malloc throws nothing checked", e);
    }
  }
}
