package org.smalloc4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * An arena of one thread. The JDK's confined arena lends it scope and confinement, and nothing
 * else: the blocks are kept and freed here.
 */
final class ConfinedHeapArena extends ArenaOverAllocator {
  /*
   * Idea: the first few blocks are kept in fields. An arena of no more is then nothing but locals of
   * the method that opens, uses and closes it, once C2 has compiled that: no Java heap, half the time
   * (ADR 19). So nothing on that way may hand `this` to a method that is not inlined.
   *
   * allocate: check; take the block; note it as `loose`; build its segment, which can fail; keep the
   *           block, which cannot. A block that is loose when something fails is freed at once, or,
   *           if that fails too, at the next call.
   * close:    end the scope; free what is kept; only then is the arena no longer counted as open.
   *
   * Invariant: each live block is in exactly one of loose, few and blocks.
   */

  /** The scope is open, for all that is known. */
  private static final int OPEN = 0;

  /** The scope is being ended; cleanup actions of the user may be running. */
  private static final int ENDING = 1;

  /** An attempt to end the scope is over, and its outcome has not been looked at. */
  private static final int ATTEMPTED = 2;

  /** The scope has ended for good; blocks may be left to free. */
  private static final int ENDED = 3;

  private final Allocator allocator;
  private final Thread owner = Thread.currentThread();

  /** Where this arena is counted as open; null if it is attached instead. */
  private final OpenArenas.@Nullable Count count;

  private @Nullable AutoCloseable attached;
  private Arena lifetime = Arena.ofConfined();
  private int state = OPEN;
  private boolean counted;

  private final FewBlocks few = new FewBlocks();
  private long loose = Allocator.NULL;
  private @Nullable ArenaBlocks blocks;
  private long systemBlocks;

  /** Bytes of few and the system's blocks; those of `blocks` are counted there. */
  private long bytes;

  private long peakBytes;

  private ConfinedHeapArena(Allocator allocator, OpenArenas.@Nullable Count count) {
    this.allocator = allocator;
    this.count = count;
  }

  /** Opens an arena that is attached to its allocator while it is open. */
  static ConfinedHeapArena attached(Allocator allocator) {
    ConfinedHeapArena arena = new ConfinedHeapArena(allocator, null);
    allocator.attach(arena);
    arena.attached = arena;
    return arena;
  }

  /** Opens an arena that counts as open at {@code count}, a count of the calling thread. */
  static ConfinedHeapArena counted(Allocator allocator, OpenArenas.Count count) {
    ConfinedHeapArena arena = new ConfinedHeapArena(allocator, count);
    count.open();
    arena.counted = true;
    return arena;
  }

  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    SizeClass.checkRequest(byteSize, byteAlignment);
    checkUsable();
    if (!hasRoomInFew(byteSize, byteAlignment)) {
      return allocateFurther(byteSize, byteAlignment, true);
    }
    long address = allocator.calloc(byteSize, byteAlignment);
    return FewBlocks.canHold(address)
        ? keep(address, byteSize)
        : moveToFurther(address, byteSize, byteAlignment, true);
  }

  @Override
  public MemorySegment allocateUninitialized(long byteSize, long byteAlignment) {
    SizeClass.checkRequest(byteSize, byteAlignment);
    checkUsable();
    if (!hasRoomInFew(byteSize, byteAlignment)) {
      return allocateFurther(byteSize, byteAlignment, false);
    }
    long address = allocator.malloc(byteSize, byteAlignment);
    return FewBlocks.canHold(address)
        ? keep(address, byteSize)
        : moveToFurther(address, byteSize, byteAlignment, false);
  }

  private boolean hasRoomInFew(long byteSize, long byteAlignment) {
    return few.hasRoomFor(byteSize)
        && blocks == null
        && loose == Allocator.NULL
        && !isTheSystems(allocator, byteSize, byteAlignment);
  }

  private MemorySegment moveToFurther(
      long address, long byteSize, long byteAlignment, boolean zeroed) {
    loose = address; // freed first
    return allocateFurther(byteSize, byteAlignment, zeroed);
  }

  private MemorySegment keep(long address, long byteSize) {
    loose = address;
    MemorySegment segment;
    try {
      segment = RawMemory.segment(address, byteSize, lifetime);
    } catch (Throwable noSegment) {
      freeLoose();
      throw noSegment;
    }
    few.add(address, byteSize);
    bytes += byteSize;
    loose = Allocator.NULL;
    return segment;
  }

  private MemorySegment allocateFurther(long byteSize, long byteAlignment, boolean zeroed) {
    freeLoose();
    if (isTheSystems(allocator, byteSize, byteAlignment)) {
      MemorySegment segment = lifetime.allocate(byteSize, byteAlignment);
      systemBlocks++;
      bytes += byteSize;
      return segment;
    }
    ArenaBlocks further = blocks;
    if (further == null) {
      further = new ArenaBlocks(allocator, 0);
      blocks = further;
    }
    return further.allocate(byteSize, byteAlignment, zeroed, lifetime);
  }

  private void freeLoose() {
    if (loose != Allocator.NULL) {
      allocator.free(loose);
      loose = Allocator.NULL;
    }
  }

  @Override
  public MemorySegment.Scope scope() {
    return lifetime.scope();
  }

  @Override
  public void free(MemorySegment segment) {
    checkUsable();
    long address = addressIn(lifetime.scope(), segment);
    notePeak();
    int index = few.indexOf(address);
    if (index >= 0) {
      allocator.free(address);
      bytes -= few.remove(index);
    } else if (blocks == null || !blocks.free(address)) {
      throw notLive(segment);
    }
  }

  @Override
  public void close() {
    checkThread();
    if (state != OPEN) {
      closeAgain();
    }
    state = ENDING;
    try {
      lifetime.close();
      state = ENDED;
    } finally {
      if (state != ENDED) {
        closeAttempted();
      }
    }
    release();
  }

  /** Refuses, unless an attempt before this has not ended the scope; frees what is left. */
  private void closeAgain() {
    settle();
    if (state != OPEN) {
      if (state == ENDED) {
        release();
      }
      throw ArenaRefusals.closed();
    }
  }

  /** The scope has ended although a cleanup action of the user has thrown, or it has not ended. */
  private void closeAttempted() {
    state = ATTEMPTED;
    settle();
    if (state == ENDED) {
      release();
    }
  }

  @Override
  public void reset() {
    checkUsable();
    settle();
    notePeak();
    ArenaBlocks kept = blocks == null ? new ArenaBlocks(allocator, 0) : blocks;
    blocks = kept;
    kept.prepareToKeep();
    Arena next = Arena.ofConfined();
    state = ENDING;
    try {
      lifetime.close();
    } finally {
      state = ATTEMPTED;
      if (!lifetime.scope().isAlive()) {
        lifetime = next;
        keepBlocks(kept);
      }
      state = OPEN;
    }
  }

  private void keepBlocks(ArenaBlocks kept) {
    systemBlocks = 0;
    bytes = 0;
    while (few.count() > 0) {
      kept.keep(few.lastAddress());
      few.dropLast();
    }
    kept.keepAll();
  }

  /** Finds out what became of an attempt to end the scope that an error cut short. */
  private void settle() {
    if (state == ATTEMPTED) {
      state = lifetime.scope().isAlive() ? OPEN : ENDED;
    }
  }

  /** Frees what is left; what cannot be freed because the stack ends stays for the next call. */
  private void release() {
    notePeak();
    if (allocator instanceof Smalloc heap && heap.isClosed()) {
      forgetBlocks();
    }
    freeLoose();
    RuntimeException misuse = null;
    if (blocks != null) {
      misuse = blocks.releaseAll(misuse);
      blocks = null;
    }
    while (few.count() > 0) {
      try {
        allocator.free(few.lastAddress());
      } catch (RuntimeException freedByOthers) {
        misuse = misuse == null ? freedByOthers : misuse;
      }
      few.dropLast();
    }
    bytes = 0;
    systemBlocks = 0;
    endCount();
    if (misuse != null) {
      throw misuse;
    }
  }

  /** The blocks went with the heap: see {@link Smalloc#closeNow}. */
  private void forgetBlocks() {
    loose = Allocator.NULL;
    blocks = null;
    few.dropAll();
  }

  private void endCount() {
    if (counted && count != null) {
      counted = false;
      count.close();
    } else if (attached != null) {
      allocator.detach(attached);
      attached = null;
    }
  }

  @Override
  public long liveBlocks() {
    checkThread();
    long further = blocks == null ? 0 : blocks.liveBlocks();
    return further + systemBlocks + few.count();
  }

  @Override
  public long liveBytes() {
    checkThread();
    return bytesNow();
  }

  @Override
  public long peakLiveBytes() {
    checkThread();
    notePeak();
    return peakBytes;
  }

  /** Between two calls of this the live bytes only grow. */
  private void notePeak() {
    peakBytes = Math.max(peakBytes, bytesNow());
  }

  private long bytesNow() {
    return blocks == null ? bytes : bytes + blocks.liveBytes();
  }

  private void checkUsable() {
    checkThread();
    if (!lifetime.scope().isAlive()) {
      throw ArenaRefusals.closed();
    }
  }

  @SuppressWarnings("ReferenceEquality") // a thread is itself
  private void checkThread() {
    if (Thread.currentThread() != owner) {
      throw ArenaRefusals.wrongThread();
    }
  }

  @Override
  public String toString() {
    return "confined arena of " + owner;
  }
}
