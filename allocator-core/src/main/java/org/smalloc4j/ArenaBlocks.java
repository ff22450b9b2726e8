package org.smalloc4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * The blocks of an arena: the live ones, in a list until the first is given back early and in a
 * table from then on, and those kept over a reset. For one thread at a time.
 */
final class ArenaBlocks {
  /*
   * Invariant: each block is in exactly one of loose, list, table and kept. A block becomes loose by
   * the field's assignment directly after it was taken or removed, and stops being so by one directly
   * after it was added or freed; what fails in between is made good by the next call.
   */

  /** Up to here a list is searched faster than a table is made. */
  private static final long FEW_TO_SEARCH = 32;

  private final Allocator allocator;
  private final BlockList list;
  private @Nullable BlockTable table;
  private @Nullable KeptBlocks kept;
  private long loose = Allocator.NULL;
  private long liveBytes;

  /** Creates an empty one that needs nothing of the allocator for the first {@code few} blocks. */
  ArenaBlocks(Allocator allocator, int few) {
    this.allocator = allocator;
    this.list = new BlockList(allocator, few);
  }

  long liveBlocks() {
    return list.count() + (table == null ? 0 : table.count());
  }

  long liveBytes() {
    return liveBytes;
  }

  /** Returns how many blocks are kept over a reset. */
  long keptBlocks() {
    return kept == null ? 0 : kept.count();
  }

  /** Tells whether the next block can be kept without taking memory for the list. */
  boolean hasRoomWithoutChunk() {
    return list.hasRoomWithoutChunk();
  }

  /**
   * Allocates a block, kept here, as a segment of {@code lifetime}.
   *
   * @throws OutOfMemoryError if the allocator has none, or none for the list, or the Java heap is
   *     full; nothing has changed then
   */
  MemorySegment allocate(long byteSize, long byteAlignment, boolean zeroed, Arena lifetime) {
    freeLoose();
    MemorySegment segment;
    try {
      loose = kept == null ? Allocator.NULL : kept.tryTake(byteSize, byteAlignment);
      if (loose == Allocator.NULL) {
        loose =
            zeroed
                ? allocator.calloc(byteSize, byteAlignment)
                : allocator.malloc(byteSize, byteAlignment);
      } else if (zeroed) {
        RawMemory.zero(loose, byteSize);
      }
      segment = RawMemory.segment(loose, byteSize, lifetime);
      list.ensureRoom();
      list.add(loose, byteSize);
    } catch (Throwable failed) {
      freeLoose();
      throw failed;
    }
    loose = Allocator.NULL;
    liveBytes += byteSize;
    return segment;
  }

  /**
   * Takes over a live block.
   *
   * @throws OutOfMemoryError if there is no memory for the list; the block stays the caller's
   */
  void add(long address, long byteSize) {
    list.ensureRoom();
    list.add(address, byteSize);
    liveBytes += byteSize;
  }

  /**
   * Frees a block.
   *
   * @return false if it is not a live block of this arena
   */
  boolean free(long address) {
    freeLoose();
    indexList();
    long byteSize = list.remove(address);
    if (byteSize < 0 && table != null) {
      byteSize = table.remove(address);
    }
    if (byteSize < 0) {
      return false;
    }
    loose = address;
    liveBytes -= byteSize;
    freeLoose();
    return true;
  }

  /** Moves a long list to the table, if there is memory for it; else the list is searched. */
  private void indexList() {
    if (list.count() <= FEW_TO_SEARCH) {
      return;
    }
    BlockTable index = table == null ? new BlockTable(allocator) : table;
    table = index;
    if (index.tryEnsureRoom(list.count())) {
      while (list.count() > 0) {
        index.add(list.lastAddress(), list.lastBytes());
        list.dropLast();
      }
    }
  }

  private void freeLoose() {
    if (loose != Allocator.NULL) {
      try {
        allocator.free(loose);
      } catch (RuntimeException freedByOthers) {
        loose = Allocator.NULL;
        throw freedByOthers;
      }
      loose = Allocator.NULL;
    }
  }

  /**
   * Makes {@link #keepAll} possible.
   *
   * @throws OutOfMemoryError if the allocator has no block for that
   */
  void prepareToKeep() {
    freeLoose();
    if (kept == null) {
      kept = new KeptBlocks(allocator);
    }
    kept.prepare();
  }

  /** Keeps a block that is not in the list. What its user has freed by its address is let go. */
  void keep(long address) {
    try {
      if (kept == null || !kept.tryKeep(address)) {
        allocator.free(address);
      }
    } catch (RuntimeException freedByOthers) {
      // Not this arena's any more.
    }
  }

  /** Keeps all live blocks for later allocations. */
  void keepAll() {
    while (list.count() > 0) {
      keep(list.lastAddress());
      list.dropLast();
    }
    if (table != null) {
      for (long i = table.next(0); i >= 0; i = table.next(i + 1)) {
        keep(table.addressAt(i));
        table.removeAt(i);
      }
      table.release();
    }
    liveBytes = 0;
  }

  /**
   * Frees everything. A block whose free is refused, because its user has freed it by its address,
   * is left alone.
   *
   * @param misuse the first such refusal so far
   * @return the first such refusal
   */
  @Nullable RuntimeException releaseAll(@Nullable RuntimeException misuse) {
    RuntimeException first = misuse;
    while (list.count() > 0) {
      first = free(list.lastAddress(), first);
      list.dropLast();
    }
    if (table != null) {
      for (long i = table.next(0); i >= 0; i = table.next(i + 1)) {
        first = free(table.addressAt(i), first);
        table.removeAt(i);
      }
    }
    liveBytes = 0;
    if (kept != null) {
      first = kept.release(first);
    }
    try {
      freeLoose();
      list.freeSpare();
      if (table != null) {
        table.release();
      }
    } catch (RuntimeException refused) {
      first = first == null ? refused : first;
    }
    return first;
  }

  private @Nullable RuntimeException free(long address, @Nullable RuntimeException first) {
    try {
      allocator.free(address);
      return first;
    } catch (RuntimeException freedByOthers) {
      return first == null ? freedByOthers : first;
    }
  }
}
