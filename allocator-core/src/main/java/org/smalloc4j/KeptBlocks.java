package org.smalloc4j;

import org.jspecify.annotations.Nullable;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * Blocks that an arena keeps over a reset: a list for each power of two of their usable sizes,
 * linked through their own first bytes. For one thread at a time.
 */
final class KeptBlocks {
  private static final int LISTS = Long.SIZE;
  private static final long SMALLEST = Long.BYTES;

  private final Allocator allocator;

  /** The first block of each list, in a block of the allocator's. */
  private long heads = Allocator.NULL;

  private long count;

  KeptBlocks(Allocator allocator) {
    this.allocator = allocator;
  }

  long count() {
    return count;
  }

  /**
   * Makes {@link #tryKeep} possible.
   *
   * @throws OutOfMemoryError if the allocator has no block for the lists
   */
  void prepare() {
    if (heads == Allocator.NULL) {
      heads = allocator.calloc((long) LISTS * Long.BYTES, Long.BYTES);
    }
  }

  /**
   * Keeps a block.
   *
   * @return false if it is too small to be linked: the caller's to free
   */
  boolean tryKeep(long address) {
    long usable = allocator.usableSize(address);
    if (usable < SMALLEST || (address & (Long.BYTES - 1)) != 0) {
      return false;
    }
    long head = head(Long.SIZE - 1 - Long.numberOfLeadingZeros(usable));
    RawMemory.storePlain(address, RawMemory.loadPlain(head));
    RawMemory.storePlain(head, address);
    count++;
    return true;
  }

  /**
   * Takes a kept block.
   *
   * @return its address, or {@link Allocator#NULL} if there is none of the next power of two and so
   *     aligned
   */
  long tryTake(long byteSize, long byteAlignment) {
    long asked = Math.max(Math.max(byteSize, byteAlignment), SMALLEST);
    int list = Long.SIZE - Long.numberOfLeadingZeros(asked - 1);
    if (count == 0 || list >= LISTS) {
      return Allocator.NULL;
    }
    long head = head(list);
    long address = RawMemory.loadPlain(head);
    if (address == Allocator.NULL || (address & (byteAlignment - 1)) != 0) {
      return Allocator.NULL;
    }
    RawMemory.storePlain(head, RawMemory.loadPlain(address));
    count--;
    return address;
  }

  private long head(int list) {
    return heads + (long) list * Long.BYTES;
  }

  /**
   * Gives everything back to the allocator.
   *
   * @param misuse the first refusal of a free so far
   * @return the first refusal
   */
  @Nullable RuntimeException release(@Nullable RuntimeException misuse) {
    RuntimeException first = misuse;
    for (int list = 0; heads != Allocator.NULL && list < LISTS; list++) {
      long head = head(list);
      for (long at = RawMemory.loadPlain(head); at != Allocator.NULL; ) {
        long next = RawMemory.loadPlain(at);
        try {
          allocator.free(at);
        } catch (RuntimeException freedByOthers) {
          first = first == null ? freedByOthers : first;
        }
        RawMemory.storePlain(head, next);
        at = next;
      }
    }
    count = 0;
    if (heads != Allocator.NULL) {
      allocator.free(heads);
      heads = Allocator.NULL;
    }
    return first;
  }
}
