package org.smalloc4j.internal.os;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Handles of public methods of the JDK, of which nothing leads back to this class or its loader.
 */
public final class PublicMethods {
  private PublicMethods() {}

  /** Returns the handle of an instance method. */
  public static MethodHandle of(
      Class<?> type, String name, Class<?> result, Class<?>... parameters) {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(type, name, MethodType.methodType(result, parameters));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a public method of the JDK", e);
    }
  }

  /** Returns the handle of a static method. */
  public static MethodHandle ofClass(
      Class<?> type, String name, Class<?> result, Class<?>... parameters) {
    try {
      return MethodHandles.publicLookup()
          .findStatic(type, name, MethodType.methodType(result, parameters));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a public method of the JDK", e);
    }
  }
}
