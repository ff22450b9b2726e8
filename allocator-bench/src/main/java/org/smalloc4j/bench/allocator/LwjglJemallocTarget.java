package org.smalloc4j.bench.allocator;

import org.lwjgl.system.jemalloc.JEmalloc;

/** jemalloc through LWJGL's own binding. */
final class LwjglJemallocTarget implements ReplayTarget {

  @Override
  public long malloc(int id, long byteSize) {
    return JEmalloc.nje_malloc(byteSize);
  }

  @Override
  public long calloc(int id, long byteSize) {
    return JEmalloc.nje_calloc(1, byteSize);
  }

  @Override
  public long aligned(int id, long byteSize, long byteAlignment) {
    return JEmalloc.nje_aligned_alloc(byteAlignment, byteSize);
  }

  @Override
  public long realloc(int id, long address, long oldByteSize, long byteSize) {
    return JEmalloc.nje_realloc(address, byteSize);
  }

  @Override
  public void free(int id, long address) {
    JEmalloc.nje_free(address);
  }

  @Override
  public String version() {
    return "jemalloc "
        + JEmalloc.JEMALLOC_VERSION_MAJOR
        + "."
        + JEmalloc.JEMALLOC_VERSION_MINOR
        + "."
        + JEmalloc.JEMALLOC_VERSION_BUGFIX
        + " (LWJGL "
        + Versions.LWJGL
        + ")";
  }
}
