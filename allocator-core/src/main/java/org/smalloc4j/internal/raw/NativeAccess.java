package org.smalloc4j.internal.raw;

import java.lang.foreign.MemorySegment;

/** Whether the JVM lets this library access native memory. */
public final class NativeAccess {
  private NativeAccess() {}

  /**
   * Makes one restricted call. Called before any class whose initialiser makes one: a class whose
   * initialiser failed is unusable for good, and does not say why the second time.
   *
   * <p>{@link Module#isNativeAccessEnabled} does not tell: unless the JVM was started with native
   * access denied, it is false until the first such call.
   *
   * @throws IllegalCallerException if native access is denied; the message names the option
   */
  @SuppressWarnings("restricted")
  public static void check() {
    try {
      MemorySegment.NULL.reinterpret(0);
    } catch (IllegalCallerException denied) {
      Module module = NativeAccess.class.getModule();
      String who = module.isNamed() ? module.getName() : "ALL-UNNAMED";
      throw new IllegalCallerException(
          "smalloc4j needs native access, which this JVM denies; start it with"
              + " --enable-native-access="
              + who,
          denied);
    }
  }
}
