package org.smalloc4j.bench.allocator;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An {@link Arena} per block, closed at its free if it can be; the JDK zeroes every block. */
final class ArenaTarget implements ReplayTarget {

  /** What malloc guarantees on 64-bit Linux. */
  private static final long ALIGNMENT = 16;

  private final Supplier<Arena> open;
  private final String name;
  private final boolean closed;
  private final @Nullable Arena[] arenas;

  private ArenaTarget(Supplier<Arena> open, boolean closed, String name, int ids) {
    this.open = open;
    this.closed = closed;
    this.name = name;
    this.arenas = new Arena[ids];
  }

  static ArenaTarget confined(int ids) {
    return new ArenaTarget(Arena::ofConfined, true, "Arena.ofConfined", ids);
  }

  static ArenaTarget shared(int ids) {
    return new ArenaTarget(Arena::ofShared, true, "Arena.ofShared", ids);
  }

  /** Automatic arenas, which cannot be closed: they wait for the garbage collector. */
  static ArenaTarget auto(int ids) {
    return new ArenaTarget(Arena::ofAuto, false, "Arena.ofAuto", ids);
  }

  @Override
  public long malloc(int id, long byteSize) {
    return aligned(id, byteSize, ALIGNMENT);
  }

  @Override
  public long calloc(int id, long byteSize) {
    return aligned(id, byteSize, ALIGNMENT);
  }

  @Override
  public long aligned(int id, long byteSize, long byteAlignment) {
    Arena arena = open.get();
    arenas[id] = arena;
    return arena.allocate(Math.max(1, byteSize), byteAlignment).address();
  }

  @Override
  public long realloc(int id, long address, long oldByteSize, long byteSize) {
    @Nullable Arena old = arenas[id];
    MemorySegment from = MemorySegment.ofAddress(address).reinterpret(oldByteSize);
    long moved = aligned(id, byteSize, ALIGNMENT);
    MemorySegment to = MemorySegment.ofAddress(moved).reinterpret(byteSize);
    MemorySegment.copy(from, 0, to, 0, Math.min(oldByteSize, byteSize));
    end(old);
    return moved;
  }

  @Override
  public void free(int id, long address) {
    Arena arena = arenas[id];
    arenas[id] = null;
    end(arena);
  }

  private void end(@Nullable Arena arena) {
    if (closed && arena != null) {
      arena.close();
    }
  }

  @Override
  public String version() {
    return name + ", Java " + Runtime.version().feature();
  }
}
