package org.smalloc4j.internal.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.function.Consumer;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A call for somebody else to make, who may hold on to it when our classes are gone: function and
 * arguments are objects of the JDK's classes alone.
 *
 * @param function what to call
 * @param arguments with what, boxed
 */
record DeferredCall(MethodHandle function, List<Object> arguments) {

  /**
   * Returns a handle that makes the call, takes nothing and returns an object; it holds nothing of
   * ours either.
   */
  MethodHandle handle() {
    return MethodHandles.insertArguments(invoker(), 0, function, arguments.toArray());
  }

  /** Returns a handle of {@code MethodHandle.invokeWithArguments(Object[])}. */
  static MethodHandle invoker() {
    return PublicMethods.of(MethodHandle.class, "invokeWithArguments", Object.class, Object[].class)
        .asFixedArity();
  }

  /**
   * Has the JDK's cleaner make it once nothing reaches an arena that ends by itself. If this throws
   * the call will not be made.
   */
  void makeAtEndOf(Arena auto) {
    RawMemory.segment(0, 0, auto, cleanup(handle()));
  }

  /** Returns a cleanup of segments that calls a handle which takes nothing. */
  static Consumer<MemorySegment> cleanup(MethodHandle handle) {
    @SuppressWarnings("unchecked")
    Consumer<MemorySegment> cleanup =
        MethodHandleProxies.asInterfaceInstance(
            Consumer.class, MethodHandles.dropArguments(handle, 0, Object.class));
    return cleanup;
  }
}
