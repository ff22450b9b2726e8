package org.smalloc4j.bench.designs;

import org.smalloc4j.bench.allocator.OffHeap;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.bench.random.FixedRandom;

/** Live blocks of one thread, 16 to 1,023 bytes, of which random ones are replaced. */
public final class Replacement implements Work {

  private static final int REPLACEMENTS = 64;
  private static final int[] SIZES = FixedRandom.mixedSizes();

  private final ReplayTarget target;
  private final int firstId;
  private final long[] addresses;
  private final int[] byteSizes;
  private long random;
  private long liveBytes;

  /** Allocates the blocks, of the ids from {@code firstId} on. */
  public Replacement(ReplayTarget target, int firstId, int blocks) {
    this.target = target;
    this.firstId = firstId;
    this.addresses = new long[blocks];
    this.byteSizes = new int[blocks];
    this.random = FixedRandom.seed(firstId);
    for (int block = 0; block < blocks; block++) {
      random = FixedRandom.next(random);
      allocate(block);
    }
  }

  @Override
  public long run() {
    for (int i = 0; i < REPLACEMENTS; i++) {
      random = FixedRandom.next(random);
      int block = FixedRandom.below(random, addresses.length);
      free(block);
      allocate(block);
    }
    return REPLACEMENTS;
  }

  /** Bytes asked for by the blocks that are live. */
  long liveBytes() {
    return liveBytes;
  }

  /** Frees all blocks, in the order in which they lie in the table: by no means by address. */
  public void freeAll() {
    for (int block = 0; block < addresses.length; block++) {
      free(block);
    }
  }

  private void free(int block) {
    target.free(firstId + block, addresses[block]);
    liveBytes -= byteSizes[block];
  }

  private void allocate(int block) {
    int byteSize = FixedRandom.size(SIZES, random);
    long address = target.malloc(firstId + block, byteSize);
    OffHeap.storeLong(address, address);
    addresses[block] = address;
    byteSizes[block] = byteSize;
    liveBytes += byteSize;
  }
}
