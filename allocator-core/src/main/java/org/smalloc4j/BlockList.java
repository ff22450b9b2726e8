package org.smalloc4j;

import org.smalloc4j.internal.raw.RawMemory;

/**
 * The blocks of an arena in the order of their allocation: address and size, the first few in an
 * array, the others off-heap in chunks of the allocator's own blocks. For one thread at a time.
 */
final class BlockList {
  /*
   * A chunk: [chunk before it, or NULL][entries it has room for][address, size][address, size]...
   *
   * The first entries are in an array, so that a small arena takes from its allocator what its user
   * allocates and nothing else. Chunks grow from 128 bytes to 4 KiB; where the allocator has none so
   * large left, a small one will do.
   *
   * Errors: ensureRoom can fail, and has changed nothing then; add, which comes after it, cannot but
   * for a stack that ends, and its commit is a field's increment. The same holds for the others: the
   * last step is a field.
   */

  private static final long[] NONE = {};
  private static final int ENTRY_BYTES = 16;
  private static final int HEADER_BYTES = 16;
  private static final int SMALLEST_CHUNK = 128;
  private static final int LARGEST_CHUNK = 4096;
  private static final int GROWTH = 4;

  private final Allocator allocator;
  private final long[] few;
  private int fewUsed;

  /** The newest chunk, what is used of it, and what it has room for, in entries. */
  private long chunk = Allocator.NULL;

  private long used;
  private long room;

  private long count;

  /** A chunk that is not part of the list, yet or any more; freed or used by the next call. */
  private long spare = Allocator.NULL;

  private long spareBytes;

  /** Creates an empty list that needs no chunk for its first {@code few} entries. */
  BlockList(Allocator allocator, int few) {
    this.allocator = allocator;
    this.few = few == 0 ? NONE : new long[2 * few];
  }

  long count() {
    return count;
  }

  /** Tells whether {@link #add} needs no {@link #ensureRoom}. */
  boolean hasRoomWithoutChunk() {
    return 2 * fewUsed < few.length && chunk == Allocator.NULL;
  }

  /**
   * Makes room for one more entry.
   *
   * @throws OutOfMemoryError if the allocator has no chunk
   */
  void ensureRoom() {
    if (hasRoomWithoutChunk() || used < room) {
      return;
    }
    if (spare == Allocator.NULL) {
      takeSpare();
    }
    long entries = (spareBytes - HEADER_BYTES) / ENTRY_BYTES;
    RawMemory.storePlain(spare, chunk);
    RawMemory.storePlain(spare + Long.BYTES, entries);
    chunk = spare;
    room = entries;
    used = 0;
    spare = Allocator.NULL;
  }

  private void takeSpare() {
    long nextBytes = chunk == Allocator.NULL ? SMALLEST_CHUNK : GROWTH * chunkBytes(room);
    long wanted = Math.min(LARGEST_CHUNK, nextBytes);
    long taken = allocator.tryMalloc(wanted, Long.BYTES);
    if (taken != Allocator.NULL) {
      spareBytes = wanted;
      spare = taken;
    } else {
      spareBytes = SMALLEST_CHUNK;
      spare = allocator.malloc(SMALLEST_CHUNK, Long.BYTES);
    }
  }

  private static long chunkBytes(long entries) {
    return HEADER_BYTES + entries * ENTRY_BYTES;
  }

  /** Adds a block, for which there is room. */
  void add(long address, long byteSize) {
    if (hasRoomWithoutChunk()) {
      few[2 * fewUsed] = address;
      few[2 * fewUsed + 1] = byteSize;
      fewUsed++;
    } else {
      long entry = entry(used);
      RawMemory.storePlain(entry, address);
      RawMemory.storePlain(entry + Long.BYTES, byteSize);
      used++;
    }
    count++;
  }

  private long entry(long index) {
    return chunk + HEADER_BYTES + index * ENTRY_BYTES;
  }

  /** Returns the address of the newest block. The list must not be empty. */
  long lastAddress() {
    return used > 0 ? RawMemory.loadPlain(entry(used - 1)) : few[2 * fewUsed - 2];
  }

  /** Returns the size of the newest block. */
  long lastBytes() {
    return used > 0 ? RawMemory.loadPlain(entry(used - 1) + Long.BYTES) : few[2 * fewUsed - 1];
  }

  /** Removes the newest block. */
  void dropLast() {
    count--;
    if (used == 0) {
      fewUsed--;
      return;
    }
    used--;
    if (used == 0) {
      dropChunk();
    }
  }

  private void dropChunk() {
    freeSpare();
    long before = RawMemory.loadPlain(chunk);
    long roomBefore = before == Allocator.NULL ? 0 : RawMemory.loadPlain(before + Long.BYTES);
    spareBytes = chunkBytes(room);
    spare = chunk;
    chunk = before;
    room = roomBefore;
    used = roomBefore;
  }

  /**
   * Removes a block, wherever it is, looking from the newest to the oldest.
   *
   * @return its size, or -1 if it is not here
   */
  long remove(long address) {
    long at = chunk;
    long from = used;
    while (at != Allocator.NULL) {
      for (long i = from - 1; i >= 0; i--) {
        long entry = at + HEADER_BYTES + i * ENTRY_BYTES;
        if (RawMemory.loadPlain(entry) == address) {
          long byteSize = RawMemory.loadPlain(entry + Long.BYTES);
          RawMemory.storePlain(entry + Long.BYTES, lastBytes());
          RawMemory.storePlain(entry, lastAddress());
          dropLast();
          return byteSize;
        }
      }
      at = RawMemory.loadPlain(at);
      from = at == Allocator.NULL ? 0 : RawMemory.loadPlain(at + Long.BYTES);
    }
    for (int i = fewUsed - 1; i >= 0; i--) {
      if (few[2 * i] == address) {
        long byteSize = few[2 * i + 1];
        few[2 * i + 1] = lastBytes();
        few[2 * i] = lastAddress();
        dropLast();
        return byteSize;
      }
    }
    return -1;
  }

  /** Frees the chunk that is kept for what comes next. */
  void freeSpare() {
    if (spare != Allocator.NULL) {
      allocator.free(spare);
      spare = Allocator.NULL;
    }
  }
}
