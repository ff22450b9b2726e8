package org.smalloc4j.bench.allocator;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * An {@link Arena} per block, closed at its free; the JDK zeroes every block.
 *
 * <p>Confined arenas where one thread does all; shared ones where another thread may free.
 */
final class ArenaTarget implements ReplayTarget {

  /** What malloc guarantees on 64-bit Linux. */
  private static final long ALIGNMENT = 16;

  private final Supplier<Arena> open;
  private final String name;
  private final Arena[] arenas;

  private ArenaTarget(Supplier<Arena> open, String name, int ids) {
    this.open = open;
    this.name = name;
    this.arenas = new Arena[ids];
  }

  static ArenaTarget confined(int ids) {
    return new ArenaTarget(Arena::ofConfined, "Arena.ofConfined", ids);
  }

  static ArenaTarget shared(int ids) {
    return new ArenaTarget(Arena::ofShared, "Arena.ofShared", ids);
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
    Arena old = arenas[id];
    MemorySegment from = MemorySegment.ofAddress(address).reinterpret(oldByteSize);
    long moved = aligned(id, byteSize, ALIGNMENT);
    MemorySegment to = MemorySegment.ofAddress(moved).reinterpret(byteSize);
    MemorySegment.copy(from, 0, to, 0, Math.min(oldByteSize, byteSize));
    old.close();
    return moved;
  }

  @Override
  public void free(int id, long address) {
    arenas[id].close();
  }

  @Override
  public String version() {
    return name + ", Java " + Runtime.version().feature();
  }
}
