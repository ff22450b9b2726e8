package org.smalloc4j.bench.allocator;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * A direct {@link ByteBuffer} per block, which the JDK zeroes.
 *
 * <p>Plain ones are dropped and wait for the garbage collector, as the JDK has no other way to free
 * them. Agrona's {@code BufferUtil.free} ends them at once. A larger alignment is made by
 * allocating more and starting later.
 */
final class BufferTarget implements ReplayTarget {

  /** What malloc guarantees on 64-bit Linux. */
  private static final long ALIGNMENT = 16;

  private final @Nullable ByteBuffer[] buffers;
  private final boolean freed;
  private final String version;

  private BufferTarget(int ids, boolean freed, String version) {
    this.buffers = new ByteBuffer[ids];
    this.freed = freed;
    this.version = version;
  }

  static BufferTarget plain(int ids) {
    return new BufferTarget(
        ids, false, "ByteBuffer.allocateDirect, Java " + Runtime.version().feature());
  }

  static BufferTarget agrona(int ids) {
    return new BufferTarget(ids, true, "Agrona " + Versions.AGRONA + " BufferUtil");
  }

  @Override
  public long malloc(int id, long byteSize) {
    return aligned(id, byteSize, ALIGNMENT);
  }

  @Override
  public long calloc(int id, long byteSize) {
    return aligned(id, byteSize, ALIGNMENT);
  }

  @Override
  public long aligned(int id, long byteSize, long byteAlignment) {
    long spare = byteAlignment > ALIGNMENT ? byteAlignment - 1 : 0;
    if (byteSize + spare > Integer.MAX_VALUE) {
      return 0;
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.max(1, byteSize + spare));
    buffers[id] = buffer;
    return (addressOf(buffer) + spare) & -byteAlignment;
  }

  private long addressOf(ByteBuffer buffer) {
    return freed ? BufferUtil.address(buffer) : MemorySegment.ofBuffer(buffer).address();
  }

  @Override
  public long realloc(int id, long address, long oldByteSize, long byteSize) {
    ByteBuffer old = buffers[id];
    long moved = malloc(id, byteSize);
    if (moved != 0) {
      OffHeap.copy(address, moved, Math.min(oldByteSize, byteSize));
      release(old);
    }
    return moved;
  }

  @Override
  public void free(int id, long address) {
    ByteBuffer buffer = buffers[id];
    buffers[id] = null;
    release(buffer);
  }

  private void release(@Nullable ByteBuffer buffer) {
    if (freed) {
      BufferUtil.free(buffer);
    }
  }

  @Override
  public String version() {
    return version;
  }
}
