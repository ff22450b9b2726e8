package org.smalloc4j.bench.allocator;

/**
 * A C allocator called through FFM.
 *
 * <p>Each subclass holds its functions in a {@code static final} field of its own, so that they are
 * constants to the JIT compiler; a measuring JVM loads one subclass only, so that the call of
 * {@link #functions()} disappears.
 */
abstract class NativeTarget implements ReplayTarget {

  abstract NativeFunctions functions();

  @Override
  public final long malloc(int id, long byteSize) {
    try {
      return (long) functions().malloc().invokeExact(byteSize);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  @Override
  public final long calloc(int id, long byteSize) {
    try {
      return (long) functions().calloc().invokeExact(1L, byteSize);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  @Override
  public final long aligned(int id, long byteSize, long byteAlignment) {
    try {
      return (long) functions().memalign().invokeExact(byteAlignment, byteSize);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  @Override
  public final long realloc(int id, long address, long oldByteSize, long byteSize) {
    try {
      return (long) functions().realloc().invokeExact(address, byteSize);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  @Override
  public final void free(int id, long address) {
    try {
      functions().free().invokeExact(address);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static AssertionError unexpected(Throwable e) {
    return new AssertionError("a downcall threw", e);
  }
}
