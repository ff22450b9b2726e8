package org.smalloc4j.bench.allocator;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * Netty's direct buffers, one per block.
 *
 * <p>Both allocators cache per thread for every thread, which Netty does by default for its event
 * loops only. A buffer of 0 bytes would be a shared constant, so a block has at least 1 byte. A
 * larger alignment is made by allocating more and starting later.
 */
final class NettyTarget implements ReplayTarget {

  private final ByteBufAllocator allocator;
  private final String name;
  private final ByteBuf[] buffers;

  private NettyTarget(ByteBufAllocator allocator, String name, int ids) {
    this.allocator = allocator;
    this.name = name;
    this.buffers = new ByteBuf[ids];
  }

  static NettyTarget adaptive(int ids) {
    return new NettyTarget(new AdaptiveByteBufAllocator(true, true), "adaptive", ids);
  }

  static NettyTarget pooled(int ids) {
    var pooled =
        new PooledByteBufAllocator(
            true,
            0,
            PooledByteBufAllocator.defaultNumDirectArena(),
            PooledByteBufAllocator.defaultPageSize(),
            PooledByteBufAllocator.defaultMaxOrder(),
            PooledByteBufAllocator.defaultSmallCacheSize(),
            PooledByteBufAllocator.defaultNormalCacheSize(),
            true);
    return new NettyTarget(pooled, "pooled", ids);
  }

  @Override
  public long malloc(int id, long byteSize) {
    if (byteSize > Integer.MAX_VALUE) {
      return 0;
    }
    ByteBuf buffer = allocator.directBuffer((int) Math.max(1, byteSize), Integer.MAX_VALUE);
    buffers[id] = buffer;
    return buffer.memoryAddress();
  }

  @Override
  public long calloc(int id, long byteSize) {
    long address = malloc(id, byteSize);
    if (address != 0) {
      OffHeap.zero(address, byteSize);
    }
    return address;
  }

  @Override
  public long aligned(int id, long byteSize, long byteAlignment) {
    long address = malloc(id, byteSize + byteAlignment - 1);
    return (address + byteAlignment - 1) & -byteAlignment;
  }

  @Override
  public long realloc(int id, long address, long oldByteSize, long byteSize) {
    ByteBuf buffer = buffers[id];
    if (buffer.memoryAddress() != address) {
      return moveShifted(id, buffer, address, Math.min(oldByteSize, byteSize), byteSize);
    }
    return buffer.capacity(Math.toIntExact(byteSize)).memoryAddress();
  }

  /** An aligned block does not start where its buffer does, so the buffer cannot resize it. */
  private long moveShifted(int id, ByteBuf buffer, long address, long kept, long byteSize) {
    long moved = malloc(id, byteSize);
    if (moved == 0) {
      return 0;
    }
    OffHeap.copy(address, moved, kept);
    buffer.release();
    return moved;
  }

  @Override
  public void free(int id, long address) {
    buffers[id].release();
  }

  @Override
  public String version() {
    return "Netty " + Versions.NETTY + " " + name;
  }
}
