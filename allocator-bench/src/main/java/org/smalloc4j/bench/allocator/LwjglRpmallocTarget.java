package org.smalloc4j.bench.allocator;

import org.lwjgl.system.rpmalloc.RPmalloc;

/** rpmalloc through LWJGL's own binding. */
final class LwjglRpmallocTarget implements ReplayTarget {

  LwjglRpmallocTarget() {
    int error = RPmalloc.nrpmalloc_initialize(0);
    if (error != 0) {
      throw new IllegalStateException("rpmalloc_initialize returned " + error);
    }
  }

  @Override
  public long malloc(int id, long byteSize) {
    return RPmalloc.nrpmalloc(byteSize);
  }

  @Override
  public long calloc(int id, long byteSize) {
    return RPmalloc.nrpcalloc(1, byteSize);
  }

  @Override
  public long aligned(int id, long byteSize, long byteAlignment) {
    return RPmalloc.nrpaligned_alloc(byteAlignment, byteSize);
  }

  @Override
  public long realloc(int id, long address, long oldByteSize, long byteSize) {
    return RPmalloc.nrprealloc(address, byteSize);
  }

  @Override
  public void free(int id, long address) {
    RPmalloc.nrpfree(address);
  }

  @Override
  public String version() {
    return "rpmalloc (LWJGL " + Versions.LWJGL + ")";
  }
}
