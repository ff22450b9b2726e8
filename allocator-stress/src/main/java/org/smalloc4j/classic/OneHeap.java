package org.smalloc4j.classic;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import org.smalloc4j.Allocator;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A first-fit heap with room for the blocks A, B, C and D, which one state has to itself. Its
 * memory goes to another state after {@link #giveBack}.
 */
public final class OneHeap {
  /** What a block has for its user; the last 8 bytes of these hold no link. */
  private static final long BYTE_SIZE = 24;

  private static final long WORD_AT = 16;
  private static final long HEAP_BYTES = 64 + 4 * 32;
  private static final Deque<MemorySegment> FREE = new ArrayDeque<>();

  private final MemorySegment memory;
  private final FirstFitAllocator heap;

  /** Creates a heap without live blocks. */
  public OneHeap() {
    memory = take();
    heap = FirstFitAllocator.locked(Growers.fixed(memory));
  }

  private static MemorySegment take() {
    synchronized (FREE) {
      MemorySegment free = FREE.poll();
      return free != null ? free : Arena.global().allocate(HEAP_BYTES, 64);
    }
  }

  /** Ends the state's use of the memory. */
  public void giveBack() {
    synchronized (FREE) {
      FREE.push(memory);
    }
  }

  /** Allocates a block; {@link Allocator#NULL} if there is none. */
  public long malloc() {
    return heap.tryMalloc(BYTE_SIZE, 1);
  }

  /** Allocates a block without the lock; {@link Allocator#NULL} if there is none, or no more. */
  public long mallocUnlocked() {
    try {
      long block = heap.heap().allocate(BYTE_SIZE, 1);
      return block == FreeList.NONE ? Allocator.NULL : heap.heap().blocks().address(block);
    } catch (IllegalStateException damaged) {
      return Allocator.NULL;
    }
  }

  /** Frees a block. */
  public void free(long block) {
    heap.free(block);
  }

  /** Loads the last word of a block. */
  public long load(long block) {
    return RawMemory.loadPlain(block + WORD_AT);
  }

  /** Stores the last word of a block. */
  public void store(long block, long word) {
    RawMemory.storePlain(block + WORD_AT, word);
  }

  /** Names a block. */
  public String tell(long block) {
    return block == Allocator.NULL
        ? "none"
        : "ABCD".substring((int) (block - memory.address() - 64) / 32).substring(0, 1);
  }
}
