package org.smalloc4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.smalloc4j.internal.address.SizeClass;

/**
 * An arena of all threads, in one of two forms: with the JDK's shared arena as its scope, whose end
 * is a handshake with every thread; or in a scope that never ends, and then nothing stops a thread
 * that uses a segment of a closed arena.
 */
final class SharedHeapArena extends ArenaOverAllocator {
  /*
   * States. OPEN: usable. ENDING: one thread is ending the scope, and cleanup actions of the user may
   * be running in it. ENDED: for good; the blocks are being freed, or an error has left some.
   * Who closes or resets is the one whose CAS brought OPEN to ENDING; a scope that refuses to end
   * makes it OPEN again.
   */
  private static final int OPEN = 0;
  private static final int ENDING = 1;
  private static final int ENDED = 2;

  /** The scope of all arenas without a handshake: it never ends, and is not the global one. */
  private static final Arena ENDLESS = Arena.ofShared();

  private final Allocator allocator;
  private final SharedBlocks blocks;
  private final boolean handshake;
  private final AtomicInteger state = new AtomicInteger(OPEN);
  private volatile Arena lifetime;

  private SharedHeapArena(Allocator allocator, boolean handshake) {
    this.allocator = allocator;
    this.handshake = handshake;
    this.blocks = new SharedBlocks(allocator);
    this.lifetime = handshake ? Arena.ofShared() : ENDLESS;
  }

  /** Opens an arena, attached to its allocator, whose end no access can miss. */
  static SharedHeapArena checked(Allocator allocator) {
    return attached(new SharedHeapArena(allocator, true));
  }

  /** Opens an arena, attached to its allocator, whose segments stay accessible after its end. */
  static SharedHeapArena unchecked(Allocator allocator) {
    return attached(new SharedHeapArena(allocator, false));
  }

  private static SharedHeapArena attached(SharedHeapArena arena) {
    arena.allocator.attach(arena);
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
    Arena current = lifetime;
    checkOpen(current);
    if (handshake && isTheSystems(allocator, byteSize, byteAlignment)) {
      return blocks.allocateFromSystem(byteSize, byteAlignment, current);
    }
    return blocks.allocate(byteSize, byteAlignment, zeroed, current);
  }

  @Override
  public MemorySegment.Scope scope() {
    return lifetime.scope();
  }

  @Override
  public void free(MemorySegment segment) {
    Arena current = lifetime;
    checkOpen(current);
    if (!blocks.free(addressIn(current.scope(), segment))) {
      throw notLive(segment);
    }
  }

  @Override
  public void close() {
    beginEnd();
    try {
      end();
    } finally {
      if (handshake && lifetime.scope().isAlive()) {
        state.set(OPEN);
      } else {
        state.set(ENDED);
        release();
      }
    }
  }

  @Override
  public void reset() {
    Arena next = handshake ? Arena.ofShared() : ENDLESS;
    beginEnd();
    try {
      blocks.prepareToKeep();
      end();
    } finally {
      if (!handshake || !lifetime.scope().isAlive()) {
        lifetime = next;
        blocks.keepAll();
      }
      state.set(OPEN);
    }
  }

  /** Makes the caller the one who ends the scope. */
  private void beginEnd() {
    while (!state.compareAndSet(OPEN, ENDING)) {
      if (state.get() == ENDED) {
        release();
        throw ArenaRefusals.closed();
      }
      if (!isOpen(lifetime)) {
        throw ArenaRefusals.closed();
      }
      Thread.onSpinWait(); // the other one may be refused: a segment is in use
    }
  }

  private void end() {
    if (handshake) {
      lifetime.close();
    }
  }

  private void release() {
    blocks.release();
    allocator.detach(this);
  }

  @Override
  public long liveBlocks() {
    return blocks.liveBlocks();
  }

  @Override
  public long liveBytes() {
    return blocks.liveBytes();
  }

  @Override
  public long peakLiveBytes() {
    return blocks.peakBytes();
  }

  private void checkOpen(Arena current) {
    if (!isOpen(current)) {
      throw ArenaRefusals.closed();
    }
  }

  private boolean isOpen(Arena current) {
    return handshake ? current.scope().isAlive() : state.get() == OPEN;
  }

  @Override
  public String toString() {
    return handshake ? "shared arena" : "unchecked shared arena";
  }
}
