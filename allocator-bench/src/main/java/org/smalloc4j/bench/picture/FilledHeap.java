package org.smalloc4j.bench.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.smalloc4j.Allocator;
import org.smalloc4j.bench.random.FixedRandom;

/**
 * A heap after the same calls in every run: blocks are allocated, a third of them freed, and some
 * allocated again.
 */
final class FilledHeap {

  private static final int BLOCKS = 160;
  private static final int AGAIN = 25;
  private static final int FREED_OF = 3;
  private static final int LEAST_BITS = 4;
  private static final int CLASSES = 5;

  private final Allocator allocator;
  private final List<Long> live = new ArrayList<>();

  /** Usable size by address, of all that was ever handed out. */
  private final SortedMap<Long, Long> handedOut = new TreeMap<>();

  private long random = FixedRandom.SEED;

  /** Fills an empty heap. */
  FilledHeap(Allocator allocator) {
    this.allocator = allocator;
    for (int i = 0; i < BLOCKS; i++) {
      allocate();
    }
    for (int i = 0; i < BLOCKS / FREED_OF; i++) {
      allocator.free(live.remove(below(live.size())));
    }
    for (int i = 0; i < AGAIN; i++) {
      allocate();
    }
  }

  /** Of 16 to 511 bytes: any power of two is as likely as any other. */
  private void allocate() {
    int power = 1 << (LEAST_BITS + below(CLASSES));
    long address = allocator.malloc(power + below(power));
    live.add(address);
    handedOut.put(address, allocator.usableSize(address));
  }

  private int below(int bound) {
    random = FixedRandom.next(random);
    return FixedRandom.below(random, bound);
  }

  /** Usable size by address, of all blocks ever handed out, in address order. */
  SortedMap<Long, Long> handedOut() {
    return handedOut;
  }

  boolean isLive(long address) {
    return live.contains(address);
  }

  /** How many blocks are live. */
  int blocks() {
    return live.size();
  }

  /** Frees all. */
  void freeAll() {
    live.forEach(allocator::free);
    live.clear();
  }
}
