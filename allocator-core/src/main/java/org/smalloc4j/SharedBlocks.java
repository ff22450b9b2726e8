package org.smalloc4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * The blocks of an arena of many threads: a stack to which allocation pushes, lock-free, and behind
 * a lock what has been taken from it. Once it is released nothing can be pushed any more.
 */
final class SharedBlocks {
  /*
   * An allocation that finds the stack closed came too late, and frees its own block. So a block is
   * always either its allocating thread's, or in exactly one of stack, taken and blocks.
   *
   * The first few blocks go to the list behind the lock, so that a small arena takes from its
   * allocator what its users allocate and nothing else; so do those kept over a reset.
   */
  /** Blocks that need no node. */
  private static final int FEW = 8;

  private static final long NONE = BlockStack.EMPTY;

  private final Allocator allocator;
  private final BlockStack stack = new BlockStack();
  private final Object lock = new Object();

  /** Guarded by the lock, as all that follows but {@link #behindLock}. */
  private final ArenaBlocks blocks;

  /** Nodes taken from the stack and not yet seen to; those whose block was freed have NULL. */
  private long taken = NONE;

  /** A node that is done with. */
  private long retired = NONE;

  private long peakBytes;

  /** Blocks that the JDK has allocated in the same scope, and their bytes. */
  private long systemBlocks;

  private long systemBytes;

  /**
   * A block and its node that an allocation could not free because its stack ended. Volatile: the
   * next one sees them. Of two threads to which that happens at the same instant one leaks.
   */
  private volatile long orphan = Allocator.NULL;

  private volatile long orphanNode = NONE;

  /** Whether the next block is to be had behind the lock; written under it. */
  private volatile boolean behindLock = true;

  SharedBlocks(Allocator allocator) {
    this.allocator = allocator;
    this.blocks = new ArenaBlocks(allocator, FEW);
  }

  /**
   * Allocates a block as a segment of {@code lifetime}, which the caller has found open.
   *
   * @throws IllegalStateException if the blocks are released, or {@code lifetime} has ended
   *     meanwhile
   */
  MemorySegment allocate(long byteSize, long byteAlignment, boolean zeroed, Arena lifetime) {
    if (behindLock) {
      synchronized (lock) {
        if (stack.isClosed()) {
          throw ArenaRefusals.closed();
        }
        if (blocks.hasRoomWithoutChunk() || blocks.keptBlocks() > 0) {
          return blocks.allocate(byteSize, byteAlignment, zeroed, lifetime);
        }
        behindLock = false;
      }
    }
    return allocateAndPush(byteSize, byteAlignment, zeroed, lifetime);
  }

  private MemorySegment allocateAndPush(
      long byteSize, long byteAlignment, boolean zeroed, Arena lifetime) {
    if (orphanNode != NONE) {
      freeOrphan();
    }
    long node = allocator.malloc(BlockStack.NODE_BYTES, Long.BYTES);
    long address = Allocator.NULL;
    boolean pushed = false;
    try {
      address =
          zeroed
              ? allocator.calloc(byteSize, byteAlignment)
              : allocator.malloc(byteSize, byteAlignment);
      MemorySegment segment = RawMemory.segment(address, byteSize, lifetime);
      BlockStack.describe(node, address, byteSize);
      pushed = stack.tryPush(node);
      if (!pushed) {
        throw ArenaRefusals.closed();
      }
      return segment;
    } finally {
      if (!pushed) {
        undo(node, address);
      }
    }
  }

  private void undo(long node, long address) {
    long toFree = address;
    long nodeToFree = node;
    try {
      allocator.free(toFree);
      toFree = Allocator.NULL;
      allocator.free(nodeToFree);
      nodeToFree = NONE;
    } finally {
      if (nodeToFree != NONE) { // the stack ends
        orphan = toFree;
        orphanNode = nodeToFree;
      }
    }
  }

  /** Frees what an allocation could not, whose stack ended twice. */
  private void freeOrphan() {
    synchronized (lock) {
      if (orphanNode != NONE) {
        allocator.free(orphan);
        orphan = Allocator.NULL;
        allocator.free(orphanNode);
        orphanNode = NONE;
      }
    }
  }

  /** Allocates a block from the JDK, which frees it when {@code lifetime} ends. */
  MemorySegment allocateFromSystem(long byteSize, long byteAlignment, Arena lifetime) {
    synchronized (lock) {
      MemorySegment segment = lifetime.allocate(byteSize, byteAlignment);
      systemBlocks++;
      systemBytes += byteSize;
      return segment;
    }
  }

  /**
   * Takes what was pushed since the last time, and moves it to the list if there is memory for it.
   */
  private void collect() {
    if (taken == NONE) {
      taken = stack.takeAll();
    }
    try {
      while (taken != NONE) {
        long address = BlockStack.address(taken);
        long byteSize = BlockStack.byteSize(taken);
        long below = BlockStack.below(taken);
        freeRetired();
        if (address != Allocator.NULL) {
          blocks.add(address, byteSize);
        }
        retired = taken;
        taken = below;
      }
      freeRetired();
    } catch (OutOfMemoryError noMemoryForList) {
      // The rest stays where it is: a little slower to look through.
    }
    peakBytes = Math.max(peakBytes, liveBytesNow());
  }

  private void freeRetired() {
    if (retired != NONE) {
      allocator.free(retired);
      retired = NONE;
    }
  }

  private long liveBytesNow() {
    long bytes = blocks.liveBytes() + systemBytes;
    for (long node = taken; node != NONE; node = BlockStack.below(node)) {
      bytes += BlockStack.byteSize(node);
    }
    return bytes;
  }

  /**
   * Frees a block early.
   *
   * @return false if it is not live here
   */
  boolean free(long address) {
    synchronized (lock) {
      collect();
      return blocks.free(address) || freeTaken(address);
    }
  }

  /** Frees a block that there was no memory to put on the list. */
  private boolean freeTaken(long address) {
    for (long node = taken; node != NONE; node = BlockStack.below(node)) {
      if (BlockStack.address(node) == address) {
        allocator.free(address);
        BlockStack.describe(node, Allocator.NULL, 0);
        return true;
      }
    }
    return false;
  }

  /**
   * Makes {@link #keepAll} possible.
   *
   * @throws OutOfMemoryError if the allocator has no block for that
   */
  void prepareToKeep() {
    synchronized (lock) {
      collect();
      blocks.prepareToKeep();
    }
  }

  /** Keeps all blocks, whose scope has ended, for later allocations. */
  void keepAll() {
    synchronized (lock) {
      collect();
      while (taken != NONE) {
        long address = BlockStack.address(taken);
        long below = BlockStack.below(taken);
        freeRetired();
        blocks.keep(address);
        retired = taken;
        taken = below;
      }
      freeRetired();
      blocks.keepAll();
      systemBlocks = 0;
      systemBytes = 0;
      behindLock = true;
    }
  }

  /**
   * Frees everything, and lets nothing come after it. May be called again, to go on where an error
   * cut it short.
   *
   * @throws IllegalStateException if a block's user had freed it by its address; all others are
   *     freed
   */
  void release() {
    synchronized (lock) {
      behindLock = true;
      long bytes = blocks.liveBytes() + systemBytes;
      RuntimeException misuse = null;
      while (taken != NONE || !stack.isClosed()) {
        if (taken == NONE) {
          taken = stack.takeAllAndClose();
        }
        while (taken != NONE) {
          long address = BlockStack.address(taken);
          long below = BlockStack.below(taken);
          bytes += BlockStack.byteSize(taken);
          freeRetired();
          try {
            allocator.free(address);
          } catch (RuntimeException freedByOthers) {
            misuse = misuse == null ? freedByOthers : misuse;
          }
          retired = taken;
          taken = below;
        }
      }
      freeOrphan();
      peakBytes = Math.max(peakBytes, bytes);
      systemBlocks = 0;
      systemBytes = 0;
      misuse = blocks.releaseAll(misuse);
      freeRetired();
      if (misuse != null) {
        throw misuse;
      }
    }
  }

  /** Returns the live blocks. */
  long liveBlocks() {
    synchronized (lock) {
      collect();
      long live = blocks.liveBlocks() + systemBlocks;
      for (long node = taken; node != NONE; node = BlockStack.below(node)) {
        live += BlockStack.address(node) == Allocator.NULL ? 0 : 1;
      }
      return live;
    }
  }

  /** Returns the bytes of the live blocks. */
  long liveBytes() {
    synchronized (lock) {
      collect();
      return liveBytesNow();
    }
  }

  /** Returns the most bytes that have been live. */
  long peakBytes() {
    synchronized (lock) {
      collect();
      return peakBytes;
    }
  }
}
