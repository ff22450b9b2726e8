package examples;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import org.smalloc4j.Allocator;

/** A hash map from long to bytes, all off-heap: linear probing in a table that never grows. */
public final class LongToBytesMap implements AutoCloseable {
  @SuppressWarnings("restricted") // one segment over all memory: a value is reached by its address
  private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private final Allocator heap;
  private final MemorySegment table; // of pairs: key, address of [length, bytes] or 0
  private final long mask;
  private long size;

  /** Makes a map of {@code slots}, a power of two, of which half can be used. */
  public LongToBytesMap(Allocator heap, int slots) {
    this.heap = heap;
    mask = slots - 1;
    table = heap.allocate(JAVA_LONG, 2L * slots).fill((byte) 0);
  }

  /** Returns the bytes where they are, until the key is next written to; or null. */
  public MemorySegment get(long key) {
    long value = value(find(key));
    return value == 0 ? null : MEMORY.asSlice(value + 8, MEMORY.get(JAVA_LONG, value));
  }

  public void put(long key, byte[] bytes) {
    long slot = find(key);
    size += value(slot) == 0 ? 1 : 0;
    if (2 * size > mask + 1) {
      throw new IllegalStateException(--size + " keys are all that " + (mask + 1) + " slots take");
    }
    long value = heap.realloc(value(slot), 8 + bytes.length); // a malloc, if there was none
    MEMORY.set(JAVA_LONG, value, bytes.length);
    MEMORY.asSlice(value + 8, bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    set(slot, key, value);
  }

  public void remove(long key) {
    long slot = find(key);
    size -= value(slot) == 0 ? 0 : 1;
    heap.free(value(slot));
    set(slot, 0, 0);
    while (value(++slot) != 0) { // what was pushed on past the gap comes back into it
      long moved = table.getAtIndex(JAVA_LONG, 2 * (slot & mask));
      long value = value(slot);
      set(slot, 0, 0);
      set(find(moved), moved, value);
    }
  }

  private long find(long key) {
    long slot = key * 0x9E3779B97F4A7C15L >>> 20;
    for (; value(slot) != 0 && table.getAtIndex(JAVA_LONG, 2 * (slot & mask)) != key; slot++) {}
    return slot;
  }

  private long value(long slot) {
    return table.getAtIndex(JAVA_LONG, 2 * (slot & mask) + 1);
  }

  private void set(long slot, long key, long value) {
    table.setAtIndex(JAVA_LONG, 2 * (slot & mask), key);
    table.setAtIndex(JAVA_LONG, 2 * (slot & mask) + 1, value);
  }

  @Override
  public void close() {
    for (long slot = 0; slot <= mask; slot++) {
      heap.free(value(slot));
    }
    heap.free(table);
  }
}
