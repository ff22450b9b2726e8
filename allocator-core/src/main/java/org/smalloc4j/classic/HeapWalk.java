package org.smalloc4j.classic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.AllocatorStats.SizeClassStats;

/** What a walk over all blocks in address order tells. */
final class HeapWalk {

  /** Who looks at the blocks. */
  @FunctionalInterface
  interface Visitor {

    /**
     * Looks at the next block in address order.
     *
     * @param offset where its header stands, from the base of the heap
     * @param bytes its size, header included
     * @param isLive whether a user has it
     */
    void visit(long offset, long bytes, boolean isLive);
  }

  private final Blocks blocks;

  HeapWalk(Blocks blocks) {
    this.blocks = blocks;
  }

  /**
   * Shows all blocks.
   *
   * @throws IllegalStateException if a header was overwritten
   */
  void visit(Visitor visitor) {
    long offset = HeapStart.FIRST_BLOCK;
    while (offset != blocks.end()) {
      long header = blocks.header(offset);
      long bytes = BlockHeader.bytes(header);
      visitor.visit(offset, bytes, BlockHeader.isLive(header));
      offset += bytes;
    }
  }

  /** Tells whether a block begins at an offset, which is a place for one. */
  boolean isBlock(long offset) {
    long at = HeapStart.FIRST_BLOCK;
    while (at < offset && blocks.isHeader(at)) {
      at += BlockHeader.bytes(blocks.knownHeader(at));
    }
    return at == offset && offset != blocks.end();
  }

  /** Counts the blocks, in a class of its own for each usable size. */
  AllocatorStats stats() {
    Map<Long, long[]> counts = new TreeMap<>();
    visit(
        (_, bytes, isLive) ->
            counts.computeIfAbsent(bytes - BlockHeader.BYTES, _ -> new long[2])[isLive ? 0 : 1]++);
    List<SizeClassStats> classes = new ArrayList<>();
    long liveBytes = 0;
    long liveBlocks = 0;
    for (Map.Entry<Long, long[]> entry : counts.entrySet()) {
      long live = entry.getValue()[0];
      classes.add(new SizeClassStats(entry.getKey(), live, entry.getValue()[1]));
      liveBlocks += live;
      liveBytes += live * entry.getKey();
    }
    long held = blocks.end() + BlockHeader.BYTES;
    return new AllocatorStats(
        liveBytes, liveBlocks, held, held, Long.MAX_VALUE, 0, classes, /* lostBlocks= */ 0);
  }

  /** Returns why an address is not that of a live block. */
  RuntimeException refusal(long address) {
    long target = blocks.offset(address) + BlockHeader.BYTES;
    String at = "first-fit heap: address 0x" + Long.toHexString(address) + " is ";
    long end = blocks.end() + BlockHeader.BYTES;
    if (target < 0 || target > end) {
      return new IllegalArgumentException(
          at + "outside the heap, which has " + end + " bytes; expected what malloc returned");
    }
    if (target < HeapStart.EMPTY_HEAP || target >= blocks.end()) {
      return new IllegalArgumentException(
          at + "at the edge of the heap, where no block is: never handed out");
    }
    long offset = HeapStart.FIRST_BLOCK;
    long next = offset;
    while (next <= target) {
      offset = next;
      next += BlockHeader.bytes(blocks.header(offset));
    }
    return refusalInBlock(at, offset, target - offset - BlockHeader.BYTES);
  }

  private RuntimeException refusalInBlock(String at, long offset, long inside) {
    long header = blocks.header(offset);
    long place = offset + inside;
    boolean mayBegin = blocks.isPlace(place) && blocks.isHeader(place);
    if (mayBegin && BlockHeader.isLive(header) && inside == 0) {
      throw new AssertionError(at + "the start of a live block");
    }
    if (mayBegin
        && !BlockHeader.isLive(header)
        && (BlockHeader.flags(blocks.knownHeader(place)) & BlockHeader.FREED) != 0) {
      return new IllegalStateException(at + "free already: double free");
    }
    if (inside <= 0) {
      String what = inside < 0 ? "in the header of a block" : "the start of what was never a block";
      return new IllegalArgumentException(at + what + ": never handed out");
    }
    return new IllegalArgumentException(
        at
            + "inside a slot at offset "
            + inside
            + (BlockHeader.isLive(header) ? "" : ", which is free")
            + "; expected what malloc returned");
  }
}
