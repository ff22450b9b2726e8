package org.smalloc4j.pool;

import java.lang.foreign.ValueLayout;

/** A pool of one chunk, whose blocks are told by letters in address order: A, B, C. */
public final class Letters {
  /** The number of blocks. */
  public static final int BLOCKS = 3;

  private final BlockPool pool;
  private final long first;

  private Letters(BlockPool pool, long first) {
    this.pool = pool;
    this.first = first;
  }

  /** Makes a pool whose free list is A, B, C. */
  static Letters free() {
    BlockPool pool = BlockPool.bounded(new Addresses(), ValueLayout.JAVA_LONG, BLOCKS, BLOCKS);
    long first = pool.acquire();
    pool.release(first);
    return new Letters(pool, first);
  }

  BlockPool pool() {
    return pool;
  }

  String tell(long block) {
    return block == 0 ? "none" : tell((int) ((block - first) / Long.BYTES));
  }

  /** Tells the block with a number. */
  public static String tell(int number) {
    return number < 0 || number >= BLOCKS ? "?" + number : "ABC".substring(number, number + 1);
  }

  /** Takes and tells all blocks that are free. */
  String tellFree() {
    String told = "";
    for (int i = 0; i <= BLOCKS; i++) {
      long block = pool.tryAcquire();
      if (block == 0) {
        return told.isEmpty() ? "-" : told;
      }
      told += tell(block);
    }
    return told + "...";
  }
}
