package org.smalloc4j.internal.os;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * The carriers of virtual threads as {@link Thread}s, where the user lets us see them: {@code
 * --add-exports java.base/jdk.internal.access=} and our module, or {@code ALL-UNNAMED} on the class
 * path. The JDK has no public name for them; what this one names is one load for the JIT.
 */
public final class Carriers {
  private static final String PACKAGE = "jdk.internal.access";

  private static final @Nullable MethodHandle CURRENT = find();

  /** Whether {@link #current} can be called: a constant to the JIT. */
  public static final boolean ARE_VISIBLE = CURRENT != null;

  private Carriers() {}

  private static @Nullable MethodHandle find() {
    if (!Object.class.getModule().isExported(PACKAGE, Carriers.class.getModule())) {
      return null;
    }
    try {
      Object access =
          Class.forName(PACKAGE + ".SharedSecrets").getMethod("getJavaLangAccess").invoke(null);
      return MethodHandles.lookup()
          .findVirtual(
              Class.forName(PACKAGE + ".JavaLangAccess"),
              "currentCarrierThread",
              MethodType.methodType(Thread.class))
          .bindTo(access);
    } catch (ReflectiveOperationException anotherJdk) {
      return null;
    }
  }

  /** Returns the calling thread's carrier, or itself if it is a platform thread. */
  public static Thread current() {
    MethodHandle handle = CURRENT;
    if (handle == null) {
      throw new IllegalStateException("carriers are not visible");
    }
    try {
      return (Thread) handle.invokeExact();
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) {
      throw new AssertionError("a method that throws nothing threw", thrown);
    }
  }
}
