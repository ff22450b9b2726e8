package org.smalloc4j.pool;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.smalloc4j.Allocator;

/** The blocks of a pool by their codes: a lock-free stack of the free ones, and how it grows. */
final class Blocks {
  /*
   * Idea: code = chunk number << indexBits | number in the chunk. The head has the code of the top,
   * chunk.links the code below each free block, LIVE for each live one.
   *
   * pop: read head; read the top's link; CAS the head to the link; mark the block LIVE.
   * push: link the block to the top; CAS the head to the block, counting.
   * grow: reserve blocks below the bound; take memory; put the chunk into the table; push all its
   * blocks but the first, which is the caller's, with one CAS.
   * close: put CLOSED on top; give the chunks of the table back. A grower whose chunk came into the
   * table too late to be seen there sees CLOSED; Chunk.claimReturn says which of the two returns it.
   *
   * Invariants: blocks reserved of the bound >= table.blocks; a block is LIVE or on the list once, but inside pop, push
   * and grow; the table has the chunk of every code that a head ever had.
   *
   * Nothing can throw between a CAS that takes a block and the return of its code: no call follows,
   * not even one that could end the stack.
   */

  /** No block is to be had. */
  static final int NONE = Chunk.END;

  private static final int AGAIN = -4;
  private static final VarHandle TABLE;

  static {
    try {
      TABLE = MethodHandles.lookup().findVarHandle(Blocks.class, "table", ChunkTable.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Only grows; volatile: who reads a code in the head then finds its chunk here. */
  volatile ChunkTable table = ChunkTable.EMPTY;

  final BlockShape shape;
  final int indexBits;
  final int indexMask;

  private final Allocator allocator;
  private final boolean withObjects;
  private final Bound bound;
  private final int mostChunks;
  private final PoolHead head = new PoolHead();

  /** Creates a pool's blocks, none yet, with room for an object beside each or without. */
  Blocks(Allocator allocator, BlockShape shape, long maxBlocks, boolean withObjects) {
    this.allocator = allocator;
    this.shape = shape;
    this.withObjects = withObjects;
    indexBits = shape.indexBits();
    indexMask = (1 << indexBits) - 1;
    mostChunks = indexBits == 0 ? Integer.MAX_VALUE : 1 << (Integer.SIZE - 1 - indexBits);
    bound = new Bound(Math.min(maxBlocks, (long) mostChunks * shape.blocksPerChunk()));
  }

  /** Takes a block and returns its code, or {@link #NONE} unless it shall throw. */
  int pop(boolean orThrow) {
    while (true) {
      long seen = head.loadAcquire();
      int top = PoolHead.top(seen);
      if (top < 0) {
        int code = popOfEmpty(seen, orThrow);
        if (code != AGAIN) {
          return code;
        }
        continue;
      }
      int[] links = table.chunks[top >>> indexBits].links;
      int index = top & indexMask;
      // Plain, and out of date if the top was popped since: then the CAS fails, by top or by count.
      int below = links[index];
      if (below == Chunk.LIVE) {
        checkChanged(seen, top);
        continue;
      }
      if (head.casVolatile(seen, PoolHead.popped(seen, below))) {
        links[index] = Chunk.LIVE;
        return top;
      }
    }
  }

  /** Gives a live block back. */
  void push(Chunk chunk, int index) {
    int[] links = chunk.links;
    checkLive(chunk, index);
    int code = chunk.firstCode + index;
    try {
      while (true) {
        long seen = head.loadAcquire();
        int top = PoolHead.top(seen);
        if (top == PoolHead.CLOSED) {
          throw closed();
        }
        links[index] = top; // before the CAS: nobody looks at it until that
        if (head.casVolatile(seen, PoolHead.pushed(seen, code))) {
          return;
        }
      }
    } catch (Throwable notPushed) {
      links[index] = Chunk.LIVE;
      throw notPushed;
    }
  }

  /** Throws if a block is free, or was at the time of a call that the caller has an edge from. */
  void checkLive(Chunk chunk, int index) {
    if (chunk.links[index] != Chunk.LIVE) {
      throw isFree(chunk, index);
    }
  }

  /** Counts the live blocks. */
  long live() {
    long live = 0;
    for (Chunk chunk : table.chunks) {
      for (int link : chunk.links) {
        live += link == Chunk.LIVE ? 1 : 0;
      }
    }
    return live;
  }

  /** Ends all calls and gives the chunks back; {@code pool} is what was attached. */
  void close(AutoCloseable pool) {
    synchronized (head) {
      long seen;
      do {
        seen = head.loadVolatile();
      } while (PoolHead.top(seen) != PoolHead.CLOSED
          && !head.casVolatile(seen, PoolHead.pushed(seen, PoolHead.CLOSED)));
      IllegalStateException refused = null;
      for (Chunk chunk : table.chunks) {
        try {
          giveBack(chunk);
        } catch (RuntimeException e) {
          if (refused == null) {
            refused = new IllegalStateException(this + ": a chunk was refused", e);
          }
        }
      }
      allocator.detach(pool);
      if (refused != null) {
        throw refused;
      }
    }
  }

  private int popOfEmpty(long seen, boolean orThrow) {
    if (PoolHead.top(seen) == PoolHead.CLOSED) {
      throw closed();
    }
    int blocks = bound.reserve(shape.blocksPerChunk());
    if (blocks == 0) {
      // An unchanged count: nothing was pushed, so the list was empty when all was reserved.
      if (head.loadAcquire() != seen) {
        return AGAIN;
      }
      if (orThrow) {
        throw boundReached();
      }
      return NONE;
    }
    int code = AGAIN;
    try {
      code = grow(blocks, seen, orThrow);
    } finally {
      if (code < 0) {
        bound.giveBack(blocks);
      }
    }
    return code;
  }

  /** Takes a chunk, and of it the first block, whose code it returns. */
  private int grow(int blocks, long seen, boolean orThrow) {
    Chunk chunk = new Chunk(blocks, withObjects);
    long byteSize = shape.chunkBytes(blocks);
    MemorySegment memory =
        orThrow
            ? allocator.allocate(byteSize, shape.chunkAlignment())
            : allocator.tryAllocate(byteSize, shape.chunkAlignment());
    long address = memory.address();
    if (address == Allocator.NULL) {
      return head.loadAcquire() != seen ? AGAIN : NONE;
    }
    boolean added = false;
    try {
      chunk.setMemory(memory);
      added = PoolHead.top(head.loadAcquire()) == Chunk.END && add(chunk);
    } finally {
      if (!added) {
        allocator.free(address);
      }
    }
    if (!added) {
      return AGAIN;
    }
    pushAllButFirst(chunk);
    return chunk.firstCode;
  }

  private boolean add(Chunk chunk) {
    while (true) {
      ChunkTable before = table;
      int number = before.chunks.length;
      if (number == mostChunks) {
        throw new OutOfMemoryError(this + " has " + number + " chunks, the most there can be");
      }
      chunk.setFirstCode(number << indexBits);
      ChunkTable after = before.with(chunk);
      // Volatile CAS: the chunk's fields and links go first, a look for CLOSED comes after.
      if (TABLE.compareAndSet(this, before, after)) {
        return true;
      }
    }
  }

  private void pushAllButFirst(Chunk chunk) {
    int last = chunk.links.length - 1;
    while (true) {
      long seen = head.loadVolatile();
      int top = PoolHead.top(seen);
      if (top == PoolHead.CLOSED) {
        giveBack(chunk);
        throw closed();
      }
      if (last == 0) {
        return;
      }
      chunk.links[last] = top;
      if (head.casVolatile(seen, PoolHead.pushed(seen, chunk.firstCode + 1))) {
        return;
      }
    }
  }

  private void giveBack(Chunk chunk) {
    if (chunk.claimReturn()) {
      try {
        allocator.free(chunk.base);
      } catch (Error notFreed) {
        chunk.disclaimReturn();
        throw notFreed;
      }
    }
  }

  /** Throws if the pool is closed. */
  void checkOpen() {
    if (PoolHead.top(head.loadAcquire()) == PoolHead.CLOSED) {
      throw closed();
    }
  }

  private void checkChanged(long seen, int top) {
    if (head.loadAcquire() == seen) {
      throw new IllegalStateException(
          this + ": block " + top + " is live and on the list; two threads released it at once");
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException(this + " is closed");
  }

  private OutOfMemoryError boundReached() {
    return new OutOfMemoryError(
        this
            + ": all "
            + bound.maxBlocks()
            + " blocks are live, its bound; release one, or make the pool with a larger maxBlocks");
  }

  private IllegalStateException isFree(Chunk chunk, int index) {
    checkOpen();
    return new IllegalStateException(
        this
            + ": block at 0x"
            + Long.toHexString(chunk.base + index * shape.stride())
            + " is free; released twice, or never acquired");
  }

  @Override
  public String toString() {
    return shape.toString();
  }
}
