package org.smalloc4j.classic;

/** The first-fit algorithm over a {@link Grower}: one thread at a time, arguments checked. */
final class FirstFitHeap {
  /*
   * Idea: memory is a row of blocks, each after its header; the free ones are on a list, the last
   * freed first.
   *
   *   allocate  walk the list from its start; the first free block that can hold the request is
   *             taken off it. What it has before the aligned place, and behind what is needed, goes
   *             back as free blocks of their own if it can hold one. Nothing fits: grow, and place
   *             the request at the end, with the last block's memory if that is free.
   *   free      mark the header, prepend. With boundary tags: first merge with the free neighbours.
   *   resize    in place if the block, with the free ones behind it, is large enough.
   *
   *   DURING_SEARCH: allocate merges each free block it looks at with those behind it.
   *   AT_FREE: no two free blocks lie side by side; a free block ends with its size, and the header
   *   behind it has AFTER_FREE.
   *
   * Invariants, between two calls: from FIRST_BLOCK header follows header to the end mark. The
   * blocks on the list are those that are not LIVE, each once.
   *
   * A process may die at any instruction, and what it stored in a mapped file stays, in program
   * order. Then the row of headers is whole, and no LIVE header stands but before a live block:
   *
   *   - every step that changes the row is the store of one header, which no death can halve:
   *       cut     the rest's header, inside the block that is cut and reached from nowhere; then the
   *               block's own header with its new size
   *       merge   the header of the first one, with the sum; the second one's is reached no more
   *       free    the header, not LIVE, before its memory is used for anything
   *       take    the header, LIVE, when all else is in place
   *       grow    the new end mark, reached from nowhere; then the old one becomes a block
   *   - only headers that are not LIVE are cut off or swallowed. So what a word that looks like a
   *     header says can be believed in one direction: a LIVE one is that of a live block.
   *
   * The list, the tags and AFTER_FREE may be half done; open makes them anew from the headers.
   * RawMemory.storeReleaseFenced keeps the compiler from moving the other stores across that of a
   * header; x86 and AArch64 keep their own order as far as a process sees its stores after its death:
   * all that it has executed is in the page cache.
   *
   * Sources: Knuth, The Art of Computer Programming, vol. 1, section 2.5: first fit (algorithm A),
   * boundary tags (algorithm C). martician1/rusty_malloc: the list, merging in the search, growers.
   * What fits is cut at its front, as there; Knuth cuts it at its end.
   */

  private final GrowingBuffer buffer;
  private final Coalescing coalescing;
  private final Blocks blocks;
  private final FreeList free;

  /** Blocks that the present call has looked at, and the most that any has. */
  private long steps;

  private long mostSteps;

  private FirstFitHeap(GrowingBuffer buffer, Coalescing coalescing, Blocks blocks) {
    this.buffer = buffer;
    this.coalescing = coalescing;
    this.blocks = blocks;
    free = new FreeList(blocks, coalescing == Coalescing.AT_FREE);
  }

  /** Begins a heap without blocks. */
  static FirstFitHeap begin(GrowingBuffer buffer, Coalescing coalescing, long seed) {
    HeapStart.write(buffer.base(), seed);
    Blocks none = new Blocks(buffer.base(), HeapStart.FIRST_BLOCK);
    FirstFitHeap heap = new FirstFitHeap(buffer, coalescing, none);
    heap.extend(FreeList.NONE);
    return heap;
  }

  /** Continues a heap that {@link HeapStart#checkedEnd} has found whole: makes its list anew. */
  static FirstFitHeap continued(GrowingBuffer buffer, Coalescing coalescing, long end) {
    FirstFitHeap heap = new FirstFitHeap(buffer, coalescing, new Blocks(buffer.base(), end));
    heap.free.rebuild();
    return heap;
  }

  Blocks blocks() {
    return blocks;
  }

  FreeList freeList() {
    return free;
  }

  Coalescing coalescing() {
    return coalescing;
  }

  long mostSteps() {
    return mostSteps;
  }

  GrowingBuffer buffer() {
    return buffer;
  }

  /** Returns the offset of the root's block, or {@link FreeList#NONE}. */
  long root() {
    return HeapStart.root(buffer.base());
  }

  /** Sets the root to a live block or {@link FreeList#NONE}. */
  void setRoot(long offset) {
    HeapStart.setRoot(buffer.base(), offset);
  }

  /** Returns the block that a request gets, or {@link FreeList#NONE}. */
  long allocate(long byteSize, long byteAlignment) {
    steps = 0;
    long bytes = BlockHeader.blockBytes(byteSize);
    long last = FreeList.NONE;
    for (long o = free.first(); o != FreeList.NONE; o = free.next(o)) {
      look();
      long space =
          coalescing == Coalescing.DURING_SEARCH ? merged(o) : BlockHeader.bytes(blocks.header(o));
      long place = blocks.place(o, byteAlignment);
      if (place + bytes <= o + space) {
        take(o, space, place, bytes);
        return place;
      }
      if (o + space == blocks.end()) {
        last = o;
      }
    }
    return allocateAtEnd(bytes, byteAlignment, last);
  }

  /** Grows until the last block, which is free or yet to come, holds the request. */
  private long allocateAtEnd(long bytes, long byteAlignment, long last) {
    long at = last;
    while (true) {
      long place = blocks.place(at == FreeList.NONE ? blocks.end() : at, byteAlignment);
      long needed = place + bytes + BlockHeader.BYTES;
      long missing = needed - buffer.byteSize();
      if (needed > BlockHeader.LARGEST_HEAP || (missing > 0 && !buffer.grow(missing))) {
        return FreeList.NONE;
      }
      at = extend(at);
      if (at != FreeList.NONE) {
        long space = BlockHeader.bytes(blocks.header(at));
        if (place + bytes <= at + space) {
          take(at, space, place, bytes);
          return place;
        }
      }
    }
  }

  /**
   * Makes a free block of what was grown behind the end mark, or adds it to the last block, which
   * is free; returns that, or {@link FreeList#NONE} if it is not enough for a block.
   */
  private long extend(long last) {
    long end = blocks.end();
    long usable = buffer.byteSize() - HeapStart.EMPTY_HEAP;
    long newEnd = HeapStart.FIRST_BLOCK + (usable & -BlockHeader.UNIT);
    boolean isNew = last == FreeList.NONE;
    if (newEnd - end < (isNew ? BlockHeader.SMALLEST_BLOCK : BlockHeader.UNIT)) {
      return last;
    }
    blocks.moveEnd(newEnd, free.flagBehind());
    if (isNew) {
      free.put(end, newEnd - end, 0);
      return end;
    }
    free.putHeader(last, newEnd - last, BlockHeader.flags(blocks.knownHeader(last)));
    return last;
  }

  /** Frees a live block. */
  void release(long offset) {
    steps = 0;
    look();
    long header = blocks.header(offset);
    long bytes = BlockHeader.bytes(header);
    if (coalescing == Coalescing.DURING_SEARCH) {
      forget(offset);
      free.put(offset, bytes, BlockHeader.FREED);
      return;
    }
    long start = offset;
    long end = offset + bytes;
    if ((BlockHeader.flags(header) & BlockHeader.AFTER_FREE) != 0) {
      start = blocks.before(offset);
      look();
      free.checkLinks(start);
    }
    long behind = blocks.header(end);
    look();
    if (!BlockHeader.isLive(behind)) {
      free.checkLinks(end);
      blocks.header(end + BlockHeader.bytes(behind));
      end += BlockHeader.bytes(behind);
      free.remove(offset + bytes);
    }
    if (start != offset) {
      free.remove(start);
    }
    forget(offset);
    blocks.putHeader(offset, bytes, BlockHeader.FREED); // no LIVE header is swallowed
    free.put(start, end - start, BlockHeader.flags(blocks.knownHeader(start)));
    free.tellBehind(end, true);
  }

  /** A block that ends is the root no more. */
  private void forget(long offset) {
    if (HeapStart.root(buffer.base()) == offset) {
      HeapStart.setRoot(buffer.base(), FreeList.NONE);
    }
  }

  /** Changes the size of a live block where it is; false if there is no room for that. */
  boolean resize(long offset, long byteSize) {
    steps = 0;
    look();
    long bytes = BlockHeader.blockBytes(byteSize);
    long header = blocks.header(offset);
    long space = BlockHeader.bytes(header);
    if (bytes <= space && space - bytes < BlockHeader.SMALLEST_BLOCK) {
      return true;
    }
    long behind = offset + space;
    look();
    boolean isSearched = bytes > space || coalescing == Coalescing.AT_FREE;
    if (!BlockHeader.isLive(blocks.header(behind)) && isSearched) {
      long gained = merged(behind);
      blocks.header(behind + gained);
      if (bytes <= space + gained) {
        free.checkLinks(behind);
        free.remove(behind);
        space += gained;
      }
    }
    blocks.header(offset + space);
    if (bytes > space) {
      return false;
    }
    settle(offset, space, bytes, BlockHeader.flags(header));
    return true;
  }

  /** Merges a free block with the free ones behind it; returns its size. */
  private long merged(long offset) {
    long bytes = BlockHeader.bytes(blocks.header(offset));
    int flags = BlockHeader.flags(blocks.knownHeader(offset));
    while (true) {
      look();
      long header = blocks.header(offset + bytes);
      if (BlockHeader.isLive(header)) {
        return bytes;
      }
      free.checkLinks(offset + bytes);
      free.remove(offset + bytes);
      bytes += BlockHeader.bytes(header);
      free.putHeader(offset, bytes, flags);
    }
  }

  /** Makes a live block at {@code place}, and free ones of what is left, of a free block. */
  private void take(long offset, long space, long place, long bytes) {
    long end = offset + space;
    blocks.header(end);
    free.checkLinks(offset); // nothing is thrown from here on
    free.remove(offset);
    int flags = BlockHeader.LIVE;
    if (place != offset) {
      blocks.putHeader(place, end - place, 0);
      free.put(offset, place - offset, BlockHeader.flags(blocks.knownHeader(offset)));
      flags |= free.flagBehind();
    }
    settle(place, end - place, bytes, flags);
  }

  /** Makes a live block of a space, and a free one of its end if that can hold one. */
  private void settle(long place, long space, long bytes, int flags) {
    long rest = space - bytes;
    boolean isCut = rest >= BlockHeader.SMALLEST_BLOCK;
    if (isCut) {
      free.put(place + bytes, rest, 0);
    }
    blocks.putHeader(place, isCut ? bytes : space, flags);
    free.tellBehind(place + space, isCut);
  }

  private void look() {
    steps++;
    mostSteps = Math.max(mostSteps, steps);
  }
}
