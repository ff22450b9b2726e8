package org.smalloc4j.arena;

import java.lang.foreign.MemorySegment;

/** A block that an arena has taken from its allocator. */
final class Block {
  final MemorySegment memory;
  final long base;
  final long end;

  /** Bytes in use in the blocks of its stack below this one, while this one is in use. */
  long usedBelow;

  /** Bytes in use in this block, once another one lies on it. */
  long used;

  Block(MemorySegment memory) {
    this.memory = memory;
    base = memory.address();
    end = base + memory.byteSize();
  }

  /**
   * Returns where a request would lie in this block, were that unused; below 0 if it does not fit.
   */
  long place(Request request) {
    long start = alignUp(base, request.byteAlignment);
    return request.taken <= end - start ? start : -1;
  }

  long size() {
    return end - base;
  }

  /** Rounds up to a multiple; below 0 or beyond any block where there is none. */
  static long alignUp(long address, long byteAlignment) {
    return (address + byteAlignment - 1) & -byteAlignment;
  }
}
