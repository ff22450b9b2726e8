package org.smalloc4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * An arena of all threads that ends when neither it nor a segment of it can be reached any more.
 * Its blocks are freed by the one cleanup action of the JDK's automatic arena that lends it its
 * scope.
 */
final class AutoHeapArena extends ArenaOverAllocator {
  private final Blocks blocks;
  private final Arena lifetime = Arena.ofAuto();

  private AutoHeapArena(Blocks blocks) {
    this.blocks = blocks;
  }

  /**
   * What outlives the arena: reachable from the cleanup action, and from the allocator it is
   * attached to, and therefore without a reference to arena or scope. It keeps the allocator
   * reachable.
   */
  private record Blocks(Allocator allocator, SharedBlocks shared)
      implements AutoCloseable, Runnable {

    /** Frees the blocks when the scope has ended. */
    @Override
    public void run() {
      try {
        shared.release();
      } finally {
        allocator.detach(this);
      }
    }

    /** Refuses: only the garbage collector can end the scope. */
    @Override
    public void close() {
      throw new UnsupportedOperationException(this + " is closed by the garbage collector alone");
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }

    @Override
    public String toString() {
      return "automatic arena";
    }
  }

  /** Opens an arena, attached to its allocator until it has ended. */
  static AutoHeapArena open(Allocator allocator) {
    Blocks blocks = new Blocks(allocator, new SharedBlocks(allocator));
    AutoHeapArena arena = new AutoHeapArena(blocks);
    allocator.attach(blocks);
    boolean registered = false;
    try {
      RawMemory.atEndOf(arena.lifetime, blocks);
      registered = true;
    } finally {
      if (!registered) {
        allocator.detach(blocks);
      }
    }
    return arena;
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    return allocate(byteSize, byteAlignment, true);
  }

  @Override
  public MemorySegment allocateUninitialized(long byteSize, long byteAlignment) {
    return allocate(byteSize, byteAlignment, false);
  }

  private MemorySegment allocate(long byteSize, long byteAlignment, boolean zeroed) {
    SizeClass.checkRequest(byteSize, byteAlignment);
    return isTheSystems(blocks.allocator, byteSize, byteAlignment)
        ? blocks.shared.allocateFromSystem(byteSize, byteAlignment, lifetime)
        : blocks.shared.allocate(byteSize, byteAlignment, zeroed, lifetime);
  }

  @Override
  public MemorySegment.Scope scope() {
    return lifetime.scope();
  }

  @Override
  public void free(MemorySegment segment) {
    if (!blocks.shared.free(addressIn(lifetime.scope(), segment))) {
      throw notLive(segment);
    }
  }

  @Override
  public void reset() {
    throw new UnsupportedOperationException(
        "an automatic arena is ended by the garbage collector alone");
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException(
        "an automatic arena is closed by the garbage collector alone");
  }

  @Override
  public long liveBlocks() {
    return blocks.shared.liveBlocks();
  }

  @Override
  public long liveBytes() {
    return blocks.shared.liveBytes();
  }

  @Override
  public long peakLiveBytes() {
    return blocks.shared.peakBytes();
  }

  @Override
  public String toString() {
    return "automatic arena";
  }
}
