package org.smalloc4j.observe;

import java.util.concurrent.atomic.AtomicBoolean;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;

/** An allocator of a single slot at address 64, which no memory is behind. */
class OneSlot implements Allocator {
  static final long ADDRESS = 64;

  /** What the slot's usable size is, until a test says otherwise. */
  long usable = 64;

  final AtomicBoolean live = new AtomicBoolean();

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    long address = tryMalloc(byteSize, byteAlignment);
    if (address == NULL) {
      throw new OutOfMemoryError("the slot is taken");
    }
    return address;
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    return live.compareAndSet(false, true) ? ADDRESS : NULL;
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    return malloc(byteSize, byteAlignment);
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    return address == NULL ? malloc(byteSize, byteAlignment) : address;
  }

  @Override
  public void free(long address) {
    if (address != NULL && !live.compareAndSet(true, false)) {
      throw new IllegalStateException("double free");
    }
  }

  @Override
  public long usableSize(long address) {
    return usable;
  }

  @Override
  public boolean owns(long address) {
    return address == ADDRESS;
  }

  @Override
  public AllocatorStats stats() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long trim() {
    return 0;
  }

  @Override
  public void close() {}
}
