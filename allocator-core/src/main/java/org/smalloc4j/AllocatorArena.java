package org.smalloc4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * An arena over an allocator's blocks: a JDK arena supplies scope and confinement, and frees each
 * block when it closes.
 */
final class AllocatorArena implements Arena {
  private final Allocator allocator;
  private final Arena lifetime;

  AllocatorArena(Allocator allocator, Arena lifetime) {
    allocator.attach(this);
    this.allocator = allocator;
    this.lifetime = lifetime;
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    long address = allocator.calloc(byteSize, byteAlignment);
    try {
      return RawMemory.segment(address, byteSize, lifetime, () -> allocator.free(address));
    } catch (Throwable refused) { // closed, or another thread's: the block was never handed out
      allocator.free(address);
      throw refused;
    }
  }

  @Override
  public MemorySegment.Scope scope() {
    return lifetime.scope();
  }

  @Override
  public void close() {
    lifetime.close();
    allocator.detach(this);
  }
}
