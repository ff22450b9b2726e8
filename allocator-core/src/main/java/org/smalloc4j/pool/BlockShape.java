package org.smalloc4j.pool;

import java.lang.foreign.MemoryLayout;

/**
 * Where blocks lie in a chunk: pure arithmetic.
 *
 * <p>A chunk begins at a multiple of {@code chunkAlignment}, a power of two that is at least its
 * size. So the high bits of a block's address name its chunk, and what is below them, divided by
 * the stride, its place there.
 *
 * @param blockBytes size of a block, the layout's
 * @param stride bytes from one block to the next: the size, but at least 1, rounded up to the
 *     layout's alignment
 * @param blocksPerChunk blocks in a full chunk
 * @param chunkAlignment alignment of every chunk
 */
record BlockShape(long blockBytes, long stride, int blocksPerChunk, long chunkAlignment) {
  /** The largest chunk in bytes, the largest slot of a heap. */
  static final long LARGEST_CHUNK = 1L << 31;

  /** Returns the shape of chunks with so many blocks of a layout. */
  static BlockShape of(MemoryLayout layout, int blocksPerChunk) {
    if (blocksPerChunk <= 0) {
      throw new IllegalArgumentException(
          "blocksPerChunk is " + blocksPerChunk + "; expected 1 block or more");
    }
    long byteSize = layout.byteSize();
    long alignment = layout.byteAlignment();
    if (byteSize > LARGEST_CHUNK || alignment > LARGEST_CHUNK) {
      throw tooLarge(byteSize, alignment, blocksPerChunk);
    }
    long stride = (Math.max(byteSize, 1) + alignment - 1) & -alignment;
    if (stride > LARGEST_CHUNK / blocksPerChunk) {
      throw tooLarge(byteSize, alignment, blocksPerChunk);
    }
    long chunkAlignment = powerOfTwoFrom(stride * blocksPerChunk);
    return new BlockShape(byteSize, stride, blocksPerChunk, chunkAlignment);
  }

  /** Returns the size of a chunk with so many blocks. */
  long chunkBytes(int blocks) {
    return stride * blocks;
  }

  /** Returns where the chunk of an address begins, if there is one. */
  long chunkBase(long address) {
    return address & -chunkAlignment;
  }

  /** Returns the bits that the number of a block in its chunk takes. */
  int indexBits() {
    return Integer.SIZE - Integer.numberOfLeadingZeros(blocksPerChunk - 1);
  }

  /** Returns how messages name a pool of such blocks. */
  @Override
  public String toString() {
    return "pool of " + blockBytes + "-byte blocks, " + blocksPerChunk + " in a chunk";
  }

  private static long powerOfTwoFrom(long value) {
    return value == 1 ? 1 : Long.highestOneBit(value - 1) << 1;
  }

  private static IllegalArgumentException tooLarge(
      long byteSize, long alignment, int blocksPerChunk) {
    return new IllegalArgumentException(
        blocksPerChunk
            + " blocks of "
            + byteSize
            + " bytes, aligned to "
            + alignment
            + ", do not fit a chunk; expected at most "
            + LARGEST_CHUNK
            + " bytes; take fewer blocks per chunk");
  }
}
