package org.smalloc4j;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Makes an unexpected {@link OutOfMemoryError} of an allocator fail the one test it comes from;
 * JUnit takes it for the JVM's and ends the whole run.
 */
@SuppressWarnings("exports") // tests are in the core's module
public final class OutOfMemoryFails implements InvocationInterceptor {

  /** For JUnit. */
  public OutOfMemoryFails() {}

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    proceed(invocation);
  }

  private static void proceed(Invocation<Void> invocation) throws Throwable {
    try {
      invocation.proceed();
    } catch (OutOfMemoryError e) {
      throw new AssertionError("unexpected " + e, e);
    }
  }
}
