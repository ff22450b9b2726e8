package org.smalloc4j.pool;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import org.smalloc4j.Allocator;

/**
 * Blocks of one layout, carved from chunks of an allocator and reused, the last released first.
 *
 * <p><b>Blocks.</b> A block has the layout's size and alignment and the next one begins one stride
 * on: the size rounded up to the alignment. Contents are uninitialised. A chunk holds {@code
 * blocksPerChunk} blocks, is aligned to the power of two from its size on, and stays with the pool
 * until {@link #close}; a heap of power-of-two slots wastes nothing where the chunk is a little
 * smaller than one. Beside it a chunk costs 4 bytes of Java heap for each block.
 *
 * <p><b>Threads.</b> Every method may be called by any thread, platform or virtual, and a block
 * released by another thread than acquired it. What a thread wrote into a block before its release
 * happens before its next acquire. {@link #acquire}, {@link #tryAcquire} and {@link #release} are
 * lock-free, one compare-and-swap each, and allocate nothing on the Java heap, but where the pool
 * grows. Of several threads that find the pool empty together each may take a chunk; who finds free
 * blocks when its chunk has come gives it back. Growing makes the allocator's system calls, if any,
 * and takes time in proportion to {@code blocksPerChunk} and, for one reference each, the chunks.
 *
 * <p><b>Bound.</b> A bounded pool never holds more than {@code maxBlocks}, live and free. It
 * refuses only where at some instant of the call each of them was live or in the hands of a thread
 * inside {@code acquire}, {@code tryAcquire} or {@code release}.
 *
 * <p><b>Wrong releases</b> are found by arithmetic and one look at the block's word, which is not
 * in the block and cannot be overwritten through it: an address outside all chunks or inside a
 * block, and any block that is free, not only the one released last. Two threads that release the
 * same block <em>at the same time</em> may both get through; an acquire then throws {@link
 * IllegalStateException} before the block is handed out twice, and the pool is of no more use.
 *
 * <p>The free list is the Treiber stack (R. K. Treiber, 1986) of block numbers, with a count of
 * pushes in its head against ABA.
 */
public final class BlockPool implements AutoCloseable {
  private final Blocks blocks;
  private final long stride;

  private BlockPool(Blocks blocks) {
    this.blocks = blocks;
    stride = blocks.shape.stride();
  }

  /**
   * Makes a pool that grows as long as the allocator has memory, to at most 2^30 blocks or more.
   *
   * @param allocator where chunks come from; it cannot be closed before this pool
   * @param layout size and alignment of a block, in bytes; 0 bytes count as 1
   * @param blocksPerChunk blocks to take from the allocator at a time, 1 or more
   * @return a pool without blocks
   * @throws IllegalArgumentException if {@code blocksPerChunk} is not positive or a chunk would be
   *     above 2 GiB
   * @throws IllegalStateException if the allocator is closed
   */
  public static BlockPool of(Allocator allocator, MemoryLayout layout, int blocksPerChunk) {
    return attached(allocator, BlockShape.of(layout, blocksPerChunk), Long.MAX_VALUE);
  }

  /**
   * Makes a pool that never holds more than {@code maxBlocks}.
   *
   * @param allocator where chunks come from; it cannot be closed before this pool
   * @param layout size and alignment of a block, in bytes; 0 bytes count as 1
   * @param blocksPerChunk blocks to take from the allocator at a time, 1 or more; the last chunk
   *     has those that are left below the bound
   * @param maxBlocks the bound, 1 or more
   * @return a pool without blocks
   * @throws IllegalArgumentException if {@code blocksPerChunk} or {@code maxBlocks} is not
   *     positive, or a chunk would be above 2 GiB
   * @throws IllegalStateException if the allocator is closed
   */
  public static BlockPool bounded(
      Allocator allocator, MemoryLayout layout, int blocksPerChunk, long maxBlocks) {
    if (maxBlocks <= 0) {
      throw new IllegalArgumentException(
          "maxBlocks is " + maxBlocks + "; expected 1 block or more");
    }
    BlockShape asked = BlockShape.of(layout, blocksPerChunk);
    BlockShape shape = maxBlocks < blocksPerChunk ? BlockShape.of(layout, (int) maxBlocks) : asked;
    return attached(allocator, shape, maxBlocks);
  }

  private static BlockPool attached(Allocator allocator, BlockShape shape, long maxBlocks) {
    BlockPool pool =
        new BlockPool(new Blocks(allocator, shape, maxBlocks, /* withObjects= */ false));
    allocator.attach(pool);
    return pool;
  }

  /**
   * Takes a block: the one released last, or one of a new chunk where none is free.
   *
   * <p>Law: {@code acquire() % layout.byteAlignment() == 0}.
   *
   * @return the address of a block that is live from now on; uninitialised
   * @throws OutOfMemoryError if all blocks are live and the bound, which the message names, is
   *     reached, or the allocator has no memory for another chunk
   * @throws IllegalStateException if this pool is closed, or a block was released twice at once
   */
  public long acquire() {
    int code = blocks.pop(true);
    return blocks.table.chunks[code >>> blocks.indexBits].base + (code & blocks.indexMask) * stride;
  }

  /**
   * Takes a block like {@link #acquire}, but answers {@link Allocator#NULL} where none is to be
   * had.
   *
   * @return the address of a block that is live from now on, uninitialised, or {@link
   *     Allocator#NULL}
   * @throws OutOfMemoryError if the Java heap has no room for what the pool keeps of a new chunk
   * @throws IllegalStateException if this pool is closed, or a block was released twice at once
   */
  public long tryAcquire() {
    int code = blocks.pop(false);
    if (code < 0) {
      return Allocator.NULL;
    }
    return blocks.table.chunks[code >>> blocks.indexBits].base + (code & blocks.indexMask) * stride;
  }

  /**
   * Gives a block back.
   *
   * @param address a live block of this pool
   * @throws IllegalArgumentException if {@code address} is not the start of a block of this pool;
   *     {@link Allocator#NULL} is not
   * @throws IllegalStateException if the block is free, or this pool is closed
   */
  public void release(long address) {
    Chunk chunk = chunkOf(address);
    blocks.push(chunk, indexOf(chunk, address));
  }

  /**
   * Returns a live block as a segment: exactly the layout's size, in the global scope. Allocates
   * the segment on the Java heap.
   *
   * @param address a live block of this pool
   * @return the block
   * @throws IllegalArgumentException if {@code address} is not the start of a block of this pool
   * @throws IllegalStateException if the block is free, or this pool is closed
   */
  public MemorySegment segment(long address) {
    blocks.checkOpen();
    Chunk chunk = chunkOf(address);
    int index = indexOf(chunk, address);
    blocks.checkLive(chunk, index);
    return chunk.memory.asSlice(index * stride, blocks.shape.blockBytes());
  }

  /**
   * Counts the blocks that are acquired and not released. Takes time in proportion to {@link
   * #heldBlocks}.
   *
   * @return their number; exact if no other thread acquires or releases meanwhile
   * @throws IllegalStateException if this pool is closed
   */
  public long liveBlocks() {
    blocks.checkOpen();
    return blocks.live();
  }

  /**
   * Returns how many blocks the chunks have, live and free.
   *
   * @return their number, never above the bound
   * @throws IllegalStateException if this pool is closed
   */
  public long heldBlocks() {
    blocks.checkOpen();
    return blocks.table.blocks;
  }

  /**
   * Gives the chunks back to the allocator, with all blocks, live or not. Idempotent; every other
   * call throws {@link IllegalStateException} from then on, also one that another thread is inside
   * of, unless it comes first. Nobody may touch a block afterwards. Blocks other closers.
   *
   * @throws IllegalStateException if the allocator refuses a chunk, which its user must have freed;
   *     the others have been given back
   */
  @Override
  public void close() {
    blocks.close(this);
  }

  /** Returns the shape of the blocks. */
  @Override
  public String toString() {
    return blocks.toString();
  }

  private Chunk chunkOf(long address) {
    Chunk chunk = blocks.table.find(blocks.shape.chunkBase(address));
    if (chunk == null) {
      blocks.checkOpen();
      throw new IllegalArgumentException(
          this
              + ": address 0x"
              + Long.toHexString(address)
              + " is outside its chunks; expected what acquire returned");
    }
    return chunk;
  }

  private int indexOf(Chunk chunk, long address) {
    long offset = address - chunk.base;
    long index = offset / stride;
    if (index * stride != offset || index >= chunk.links.length) {
      throw notABlock(chunk, address, index);
    }
    return (int) index;
  }

  private RuntimeException notABlock(Chunk chunk, long address, long index) {
    blocks.checkOpen();
    String where =
        index >= chunk.links.length
            ? "behind the last block of its chunk"
            : "inside a block at offset " + (address - chunk.base - index * stride);
    return new IllegalArgumentException(
        this
            + ": address 0x"
            + Long.toHexString(address)
            + " is "
            + where
            + "; expected what acquire returned");
  }
}
