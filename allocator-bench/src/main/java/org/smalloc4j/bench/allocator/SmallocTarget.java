package org.smalloc4j.bench.allocator;

import org.smalloc4j.Smalloc;

/** smalloc4j, a heap of its own with the defaults. */
final class SmallocTarget implements ReplayTarget {

  /** Constant, as the native targets' method handles are: the JIT compiler sees through both. */
  private static final Smalloc HEAP = Smalloc.create();

  @Override
  public long malloc(int id, long byteSize) {
    return HEAP.malloc(byteSize);
  }

  @Override
  public long calloc(int id, long byteSize) {
    return HEAP.calloc(byteSize);
  }

  @Override
  public long aligned(int id, long byteSize, long byteAlignment) {
    return HEAP.malloc(byteSize, byteAlignment);
  }

  @Override
  public long realloc(int id, long address, long oldByteSize, long byteSize) {
    return HEAP.realloc(address, byteSize);
  }

  @Override
  public void free(int id, long address) {
    HEAP.free(address);
  }

  @Override
  public String version() {
    return "smalloc4j " + Versions.SMALLOC4J;
  }
}
