package org.smalloc4j.pool;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;

/** An allocator of addresses without memory, of which pools touch none; counts what is live. */
public final class Addresses implements Allocator {
  private final AtomicInteger handedOut = new AtomicInteger();
  private final AtomicInteger live = new AtomicInteger();
  private int moment;

  /** Creates an allocator that has handed out nothing. */
  public Addresses() {}

  /** Lets each allocation take so many spins. */
  Addresses slow(int spins) {
    moment = spins;
    return this;
  }

  /** Returns how many blocks are live; negative if one was freed twice. */
  int live() {
    return live.get();
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    return MemorySegment.ofAddress(tryMalloc(byteSize, byteAlignment));
  }

  @Override
  public MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    return allocate(byteSize, byteAlignment);
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    return tryMalloc(byteSize, byteAlignment);
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    for (int i = 0; i < moment; i++) {
      Thread.onSpinWait();
    }
    live.getAndIncrement();
    return handedOut.incrementAndGet() * byteAlignment;
  }

  @Override
  public void free(long address) {
    live.getAndDecrement();
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    throw new UnsupportedOperationException("calloc");
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    throw new UnsupportedOperationException("realloc");
  }

  @Override
  public long usableSize(long address) {
    throw new UnsupportedOperationException("usableSize");
  }

  @Override
  public boolean owns(long address) {
    throw new UnsupportedOperationException("owns");
  }

  @Override
  public AllocatorStats stats() {
    throw new UnsupportedOperationException("stats");
  }

  @Override
  public long trim() {
    return 0;
  }

  @Override
  public void close() {}
}
