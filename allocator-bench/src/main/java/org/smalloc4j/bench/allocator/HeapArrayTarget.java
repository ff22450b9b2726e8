package org.smalloc4j.bench.allocator;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A {@code byte[]} per block, for scale: what the Java heap would take, garbage collection
 * included.
 *
 * <p>An array has no address. All blocks are given that of one piece of native memory, so what is
 * written to them is not kept; the JVM has written the array itself when it zeroed it.
 */
final class HeapArrayTarget implements ReplayTarget {

  private static final VarHandle ARRAYS = MethodHandles.arrayElementVarHandle(byte[][].class);
  private static final long SCRATCH_BYTES = 1 << 20;

  private final byte[] @Nullable [] arrays;
  private final long scratch = Arena.global().allocate(SCRATCH_BYTES, SCRATCH_BYTES).address();

  HeapArrayTarget(int ids) {
    this.arrays = new byte[ids][];
  }

  @Override
  public long malloc(int id, long byteSize) {
    // A plain store could be left out together with the array, were it overwritten soon.
    ARRAYS.setRelease(arrays, id, new byte[Math.toIntExact(byteSize)]);
    return scratch;
  }

  @Override
  public long calloc(int id, long byteSize) {
    return malloc(id, byteSize);
  }

  @Override
  public long aligned(int id, long byteSize, long byteAlignment) {
    return malloc(id, byteSize);
  }

  @Override
  public long realloc(int id, long address, long oldByteSize, long byteSize) {
    byte[] old = arrays[id];
    if (old == null) {
      return 0;
    }
    byte[] moved = new byte[Math.toIntExact(byteSize)];
    System.arraycopy(old, 0, moved, 0, Math.min(old.length, moved.length));
    ARRAYS.setRelease(arrays, id, moved);
    return scratch;
  }

  @Override
  public void free(int id, long address) {
    arrays[id] = null;
  }

  @Override
  public String version() {
    return "byte[], Java " + Runtime.version().feature();
  }
}
