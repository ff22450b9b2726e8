package org.smalloc4j.arena;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.smalloc4j.Allocator;

/**
 * Memory handed out by counting up in growing blocks of an allocator; all of it ends at once.
 *
 * <p><b>Memory.</b> What is allocated lies side by side, but for alignment, and is uninitialised.
 * It lives until a {@link #rollback} to a mark taken before, {@link #reset} or {@link #close};
 * nothing tells a segment of this arena that its memory is in other use by then. Blocks are taken
 * when they are needed, each twice as large as the one before, up to the largest. Where a request
 * does not fit the rest of the block in use, that rest stays unused until a rollback. A size or an
 * alignment above the largest block gets a block of its own, and the block in use stays in use.
 * {@code malloc(0)} takes one byte, so every address is given once.
 *
 * <p><b>Threads.</b> One thread at a time, any thread: hand an arena over with a happens-before
 * edge. That is not checked; two threads inside calls at once can be given the same memory. No
 * method waits for another thread. {@link #malloc} that fits the block in use is an addition and
 * some comparisons; it and {@link #allocate} make no system call unless the allocator does.
 *
 * <p><b>Errors.</b> A call that ends with an error has changed nothing: neither what is in use, nor
 * what is held.
 *
 * <p>An arena that is dropped open keeps its blocks until its heap is closed by {@code
 * Smalloc.closeNow()}. Region allocation as by D. R. Hanson, "Fast allocation and deallocation of
 * memory based on object lifetimes" (1990); marks as GNU obstacks have them.
 */
public final class BumpArena implements SegmentAllocator, AutoCloseable {
  /*
   * Two stacks of blocks: those that are counted up in, whose top has the cursor, and those of one
   * request each. Above the blocks in use of each stack are kept ones, which nothing lies in.
   *
   * A position is (blocks in use, cursor, own blocks in use). The cursor is 0, as the limit is,
   * where no block is in use and when the arena is closed, so that the fast path needs no look at
   * either: nothing fits.
   */

  private final Allocator allocator;
  private final Growth growth;
  private final BlockStack blocks = new BlockStack();
  private final BlockStack ownBlocks = new BlockStack();
  private final Marks marks = new Marks();

  private long cursor;
  private long limit;
  private boolean closed;
  private boolean attached;

  private BumpArena(Allocator allocator, Growth growth) {
    this.allocator = allocator;
    this.growth = growth;
  }

  /** Creates an arena of the default sizes that is not attached to its allocator. */
  static BumpArena unattached(Allocator allocator) {
    return new BumpArena(
        allocator, new Growth(Growth.FIRST_BLOCK_BYTES, Growth.LARGEST_BLOCK_BYTES));
  }

  /**
   * Opens an arena whose first block has 64 KiB and whose largest have 4 MiB.
   *
   * @param allocator where blocks come from; it cannot be closed before this arena
   * @return an arena without blocks
   * @throws IllegalStateException if the allocator is closed
   */
  public static BumpArena over(Allocator allocator) {
    return over(allocator, Growth.FIRST_BLOCK_BYTES, Growth.LARGEST_BLOCK_BYTES);
  }

  /**
   * Opens an arena.
   *
   * @param allocator where blocks come from; it cannot be closed before this arena
   * @param firstBlockBytes size of the first block in bytes, 1 or more
   * @param largestBlockBytes what blocks grow up to by doubling, in bytes
   * @return an arena without blocks
   * @throws IllegalArgumentException if {@code firstBlockBytes} is not positive or above {@code
   *     largestBlockBytes}
   * @throws IllegalStateException if the allocator is closed
   */
  public static BumpArena over(Allocator allocator, long firstBlockBytes, long largestBlockBytes) {
    BumpArena arena = new BumpArena(allocator, new Growth(firstBlockBytes, largestBlockBytes));
    allocator.attach(arena);
    arena.attached = true;
    return arena;
  }

  /**
   * Allocates memory that is uninitialised.
   *
   * <p>Law: {@code (malloc(n, a) & (a - 1)) == 0}.
   *
   * @param byteSize size in bytes, 0 or more
   * @param byteAlignment alignment in bytes, a power of two
   * @return the address of the first byte, never {@link Allocator#NULL}
   * @throws IllegalArgumentException if {@code byteSize} is negative or {@code byteAlignment} is
   *     not a power of two
   * @throws OutOfMemoryError if another block is needed and the allocator has none
   * @throws IllegalStateException if this arena is closed
   */
  public long malloc(long byteSize, long byteAlignment) {
    long start = (cursor + byteAlignment - 1) & -byteAlignment;
    if (byteSize > 0 && byteSize <= limit - start && isAlignment(byteAlignment)) {
      cursor = start + byteSize;
      return start;
    }
    return place(new Request(byteSize, byteAlignment, /* wantsSegment= */ false));
  }

  /**
   * Allocates memory like {@link #malloc}, as a segment in the global scope, exactly {@code
   * byteSize} bytes long and uninitialised. Allocates the segment on the Java heap.
   *
   * @param byteSize size in bytes, 0 or more
   * @param byteAlignment alignment in bytes, a power of two
   * @return the memory
   * @throws IllegalArgumentException if {@code byteSize} is negative or {@code byteAlignment} is
   *     not a power of two
   * @throws OutOfMemoryError if another block is needed and the allocator has none, or the Java
   *     heap has no room for the segment
   * @throws IllegalStateException if this arena is closed
   */
  @Override
  public MemorySegment allocate(long byteSize, long byteAlignment) {
    long start = (cursor + byteAlignment - 1) & -byteAlignment;
    Block top = blocks.top();
    if (top != null && byteSize > 0 && byteSize <= limit - start && isAlignment(byteAlignment)) {
      MemorySegment segment = top.memory.asSlice(start - top.base, byteSize);
      cursor = start + byteSize;
      return segment;
    }
    Request request = new Request(byteSize, byteAlignment, /* wantsSegment= */ true);
    place(request);
    return request.segment();
  }

  private static boolean isAlignment(long byteAlignment) {
    return byteAlignment > 0 && (byteAlignment & (byteAlignment - 1)) == 0;
  }

  /**
   * Returns the present position. Two calls without an allocation between them return the same
   * mark. Each position that was marked and not rolled back costs 24 bytes of Java heap.
   *
   * @return a mark: any value, to be given to {@link #rollback} of this arena
   * @throws IllegalStateException if this arena is closed
   */
  public long mark() {
    checkOpen();
    return marks.put(blocks.inUse(), cursor, ownBlocks.inUse());
  }

  /**
   * Ends all memory that was allocated since a mark was taken, and keeps the blocks. The mark stays
   * good, and so do those taken before it; those taken since are stale, for ever.
   *
   * @param mark what {@link #mark} of this arena returned
   * @throws IllegalArgumentException if {@code mark} is stale: a rollback to a position before it,
   *     or a {@link #reset}, came since; or is not a mark of this arena
   * @throws IllegalStateException if this arena is closed
   */
  public void rollback(long mark) {
    checkOpen();
    int place = marks.find(mark);
    if (place < 0) {
      throw new IllegalArgumentException(
          "mark "
              + mark
              + " is not on this arena's way; expected one of its own that was taken since the"
              + " last reset, and no rollback to a position before it since");
    }
    moveTo(marks.blocks(place), marks.cursor(place), marks.ownBlocks(place));
    marks.cut(place + 1);
  }

  /**
   * Ends all memory and all marks, and keeps the blocks.
   *
   * @throws IllegalStateException if this arena is closed
   */
  public void reset() {
    checkOpen();
    moveTo(0, 0, 0);
    marks.cut(0);
  }

  private void moveTo(int blocksInUse, long position, int ownBlocksInUse) {
    blocks.keepFrom(blocksInUse);
    ownBlocks.keepFrom(ownBlocksInUse);
    Block top = blocks.top();
    cursor = position;
    limit = top == null ? 0 : top.end;
  }

  /**
   * Returns the bytes in use: what was asked for and what alignment left out, not the ends of
   * blocks where a request did not fit.
   *
   * @return bytes, at most {@link #heldBytes}
   * @throws IllegalStateException if this arena is closed
   */
  public long usedBytes() {
    checkOpen();
    Block top = blocks.top();
    Block own = ownBlocks.top();
    return (top == null ? 0 : top.usedBelow + cursor - top.base)
        + (own == null ? 0 : own.usedBelow + own.used);
  }

  /**
   * Returns the bytes asked of the allocator, in use and kept.
   *
   * @return sum of the sizes of all blocks, in bytes
   * @throws IllegalStateException if this arena is closed
   */
  public long heldBytes() {
    checkOpen();
    return blocks.heldBytes() + ownBlocks.heldBytes();
  }

  /**
   * Gives the blocks back to the allocator. Nobody may touch memory of this arena afterwards.
   * Idempotent; every other call throws {@link IllegalStateException} from then on.
   *
   * @throws IllegalStateException if the allocator refuses a block, which its user must have freed;
   *     the others have been given back
   */
  @Override
  public void close() {
    closed = true;
    cursor = 0;
    limit = 0;
    RuntimeException refused = blocks.freeAll(allocator);
    RuntimeException refusedOwn = ownBlocks.freeAll(allocator);
    if (attached) {
      allocator.detach(this);
      attached = false;
    }
    if (refused != null || refusedOwn != null) {
      throw new IllegalStateException(
          "a block of an arena was refused by its allocator",
          refused != null ? refused : refusedOwn);
    }
  }

  boolean isClosed() {
    return closed;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this BumpArena is closed");
    }
  }

  /** Answers what does not fit the block in use, or has no size. */
  private long place(Request request) {
    checkOpen();
    Block top = blocks.top();
    long start = Block.alignUp(cursor, request.byteAlignment);
    if (top != null && request.taken <= limit - start) {
      request.answer(top, start);
      cursor = start + request.taken;
      return start;
    }
    return growth.isAbove(request) ? placeInOwnBlock(request) : placeInNextBlock(request);
  }

  private long placeInNextBlock(Request request) {
    Block next = blocks.bringFitting(request);
    if (next == null) {
      long blockBytes = growth.blockBytes(request);
      next = blocks.take(allocator, blockBytes, Growth.alignment(request, blockBytes), request);
      growth.grow(blockBytes);
    }
    Block below = blocks.top();
    long start = next.place(request);
    next.usedBelow = below == null ? 0 : below.usedBelow + cursor - below.base;
    cursor = start + request.taken;
    limit = next.end;
    blocks.use();
    return start;
  }

  private long placeInOwnBlock(Request request) {
    Block own = ownBlocks.bringSmallestFitting(request);
    if (own == null) {
      own = ownBlocks.take(allocator, request.taken, request.byteAlignment, request);
    }
    Block below = ownBlocks.top();
    own.usedBelow = below == null ? 0 : below.usedBelow + below.used;
    own.used = request.taken;
    ownBlocks.use();
    return own.place(request);
  }
}
