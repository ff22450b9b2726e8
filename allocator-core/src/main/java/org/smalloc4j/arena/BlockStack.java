package org.smalloc4j.arena;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.smalloc4j.Allocator;

/**
 * Blocks of an arena: those in use, in the order in which they came into use, and above them those
 * that are kept.
 */
final class BlockStack {
  private @Nullable Block[] blocks = new @Nullable Block[4];
  private int held;
  private int inUse;
  private long heldBytes;

  /** Returns how many are in use. */
  int inUse() {
    return inUse;
  }

  long heldBytes() {
    return heldBytes;
  }

  /** Returns the block that came into use last. */
  @Nullable Block top() {
    return inUse == 0 ? null : blocks[inUse - 1];
  }

  /** Takes a block from the allocator, as the next to come into use, and answers a request. */
  Block take(Allocator allocator, long blockBytes, long blockAlignment, Request request) {
    if (held == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * held);
    }
    MemorySegment memory = allocator.allocate(blockBytes, blockAlignment);
    try {
      Block block = new Block(memory);
      request.answer(block, block.place(request));
      insert(block, held);
      held++;
      heldBytes += blockBytes;
      return block;
    } catch (Throwable notKept) {
      allocator.free(memory.address());
      throw notKept;
    }
  }

  /** Takes the next block into use. */
  void use() {
    inUse++;
  }

  /** Keeps all blocks but the first {@code inUse}. */
  void keepFrom(int inUse) {
    this.inUse = inUse;
  }

  /**
   * Makes the first kept block that fits the next one to come into use, answers the request and
   * returns it; null if none fits. Blocks that are kept mostly fit: the first one does.
   */
  @Nullable Block bringFitting(Request request) {
    for (int i = inUse; i < held; i++) {
      if (at(i).place(request) >= 0) {
        return bring(i, request);
      }
    }
    return null;
  }

  /** The same with the smallest one that fits. Looks at all blocks that are kept. */
  @Nullable Block bringSmallestFitting(Request request) {
    int smallest = -1;
    for (int i = inUse; i < held; i++) {
      if (at(i).place(request) >= 0 && (smallest < 0 || at(i).size() < at(smallest).size())) {
        smallest = i;
      }
    }
    return smallest < 0 ? null : bring(smallest, request);
  }

  private Block bring(int i, Request request) {
    Block block = at(i);
    request.answer(block, block.place(request));
    insert(block, i);
    return block;
  }

  /** Puts a block before those that are kept, of which the ones below {@code place} move up. */
  private void insert(Block block, int place) {
    System.arraycopy(blocks, inUse, blocks, inUse + 1, place - inUse);
    blocks[inUse] = block;
  }

  /** Gives all blocks back. What an error interrupts goes on with the next call. */
  @Nullable RuntimeException freeAll(Allocator allocator) {
    RuntimeException refused = null;
    inUse = 0;
    while (held > 0) {
      Block block = at(held - 1);
      try {
        allocator.free(block.base);
      } catch (RuntimeException e) {
        refused = e; // freed by the user: nothing that a second call could make good
      }
      held--;
      blocks[held] = null;
      heldBytes -= block.size();
    }
    return refused;
  }

  private Block at(int i) {
    Block block = blocks[i];
    assert block != null : "block " + i + " of " + held;
    return block;
  }
}
