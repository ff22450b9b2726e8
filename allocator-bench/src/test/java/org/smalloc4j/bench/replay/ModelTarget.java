package org.smalloc4j.bench.replay;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.smalloc4j.bench.allocator.ReplayTarget;

/**
 * A correct allocator that notes its calls and refuses impossible ones; tests break single methods.
 */
class ModelTarget implements ReplayTarget {

  final List<String> calls = new CopyOnWriteArrayList<>();
  final Map<Integer, MemorySegment> live = new ConcurrentHashMap<>();
  private final Arena arena = Arena.ofShared();

  @Override
  public long malloc(int id, long byteSize) {
    return allocate("malloc", id, byteSize, 1);
  }

  @Override
  public long calloc(int id, long byteSize) {
    return allocate("calloc", id, byteSize, 1);
  }

  @Override
  public long aligned(int id, long byteSize, long byteAlignment) {
    return allocate("aligned", id, byteSize, byteAlignment);
  }

  @Override
  public long realloc(int id, long address, long oldByteSize, long byteSize) {
    MemorySegment from = live.remove(id);
    check(from != null && from.address() == address, "realloc of id " + id + " out of turn");
    long moved = allocate("realloc", id, byteSize, 1);
    MemorySegment.copy(from, 0, live.get(id), 0, Math.min(oldByteSize, byteSize));
    return moved;
  }

  @Override
  public void free(int id, long address) {
    MemorySegment block = live.remove(id);
    check(block != null && block.address() == address, "free of id " + id + " out of turn");
    calls.add("free " + id);
  }

  @Override
  public String version() {
    return "model";
  }

  private long allocate(String call, int id, long byteSize, long byteAlignment) {
    calls.add(call + " " + id);
    MemorySegment block = arena.allocate(Math.max(1, byteSize), byteAlignment);
    check(live.put(id, block) == null, call + " of id " + id + " out of turn");
    return block.address();
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new AssertionError(message);
    }
  }
}
