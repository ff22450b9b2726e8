package org.smalloc4j.bench.allocator;

import org.lwjgl.system.mimalloc.mimalloc;

/** mimalloc through LWJGL's own binding. */
final class LwjglMimallocTarget implements ReplayTarget {

  @Override
  public long malloc(int id, long byteSize) {
    return mimalloc.nmi_malloc(byteSize);
  }

  @Override
  public long calloc(int id, long byteSize) {
    return mimalloc.nmi_calloc(1, byteSize);
  }

  @Override
  public long aligned(int id, long byteSize, long byteAlignment) {
    return mimalloc.nmi_malloc_aligned(byteSize, byteAlignment);
  }

  @Override
  public long realloc(int id, long address, long oldByteSize, long byteSize) {
    return mimalloc.nmi_realloc(address, byteSize);
  }

  @Override
  public void free(int id, long address) {
    mimalloc.nmi_free(address);
  }

  @Override
  public String version() {
    return MimallocTarget.versionOf(mimalloc.mi_version());
  }
}
