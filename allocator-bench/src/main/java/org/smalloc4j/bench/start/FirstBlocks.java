package org.smalloc4j.bench.start;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import org.smalloc4j.Smalloc;

/**
 * Main classes that come to a first block and nothing else; each prints the time at which it had
 * it.
 *
 * <p>That is {@link System#nanoTime}, which loads no class, and which on Linux and macOS is the
 * system's monotonic clock, the same one for all processes.
 */
final class FirstBlocks {
  static final long BYTES = 64;

  private FirstBlocks() {}

  /** What a JVM costs that wants no block. */
  static final class None {
    private None() {}

    public static void main(String[] args) {
      System.out.println(System.nanoTime());
    }
  }

  /** The JDK's own way. */
  static final class OfArena {
    private OfArena() {}

    public static void main(String[] args) {
      require(Arena.ofAuto().allocate(BYTES).address());
      System.out.println(System.nanoTime());
    }
  }

  /** The least that calls a C library: one function, one shape. */
  static final class OfDowncall {
    private OfDowncall() {}

    @SuppressWarnings("restricted")
    public static void main(String[] args) throws Throwable {
      Linker linker = Linker.nativeLinker();
      MethodHandle malloc =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("malloc"),
              FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
      require((long) malloc.invokeExact(BYTES));
      System.out.println(System.nanoTime());
    }
  }

  /** A heap built, and its first malloc. */
  static final class OfSmalloc {
    private OfSmalloc() {}

    public static void main(String[] args) {
      require(Smalloc.create().malloc(BYTES));
      System.out.println(System.nanoTime());
    }
  }

  private static void require(long address) {
    if (address == 0) {
      throw new AssertionError("no block");
    }
  }
}
