package org.smalloc4j;

/** An allocator in front of another one, as a user would write it. */
class WrappedAllocator implements Allocator {
  private final Allocator inner;

  WrappedAllocator(Allocator inner) {
    this.inner = inner;
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    return inner.malloc(byteSize, byteAlignment);
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    return inner.tryMalloc(byteSize, byteAlignment);
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    return inner.calloc(byteSize, byteAlignment);
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    return inner.realloc(address, byteSize, byteAlignment);
  }

  @Override
  public void free(long address) {
    inner.free(address);
  }

  @Override
  public long usableSize(long address) {
    return inner.usableSize(address);
  }

  @Override
  public boolean owns(long address) {
    return inner.owns(address);
  }

  @Override
  public boolean leavesToSystem(long byteSize) {
    return inner.leavesToSystem(byteSize);
  }

  @Override
  public void attach(AutoCloseable dependant) {
    inner.attach(dependant);
  }

  @Override
  public void detach(AutoCloseable dependant) {
    inner.detach(dependant);
  }

  @Override
  public AllocatorStats stats() {
    return inner.stats();
  }

  @Override
  public long trim() {
    return inner.trim();
  }

  @Override
  public void close() {
    inner.close();
  }
}
