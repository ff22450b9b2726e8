package org.smalloc4j;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the blocks of one state of a stress test on a heap that all states share. */
public final class CountedBlocks implements Allocator {
  private final Smalloc heap;
  private final AtomicLong live = new AtomicLong();

  /** Creates a count over a heap. */
  public CountedBlocks(Smalloc heap) {
    this.heap = heap;
  }

  /** Returns allocations minus frees. */
  public long live() {
    return live.get();
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    long address = heap.malloc(byteSize, byteAlignment);
    live.getAndIncrement();
    return address;
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    return malloc(byteSize, byteAlignment);
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    long address = heap.calloc(byteSize, byteAlignment);
    live.getAndIncrement();
    return address;
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void free(long address) {
    if (address != NULL) {
      heap.free(address);
      live.getAndDecrement();
    }
  }

  @Override
  public long usableSize(long address) {
    return heap.usableSize(address);
  }

  @Override
  public boolean owns(long address) {
    return heap.owns(address);
  }

  @Override
  public AllocatorStats stats() {
    return heap.stats();
  }

  @Override
  public long trim() {
    return 0;
  }

  @Override
  public void close() {}
}
