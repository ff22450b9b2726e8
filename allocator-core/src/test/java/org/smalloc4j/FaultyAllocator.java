package org.smalloc4j;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An allocator of numbers instead of memory, with a fault of the kind that a {@link
 * StackOverflowError} brings out: positive controls of {@link StackExhaustion}. What is freed goes
 * through a chain of {@value #CHAIN} to a list, and comes back from there eight at a time, both at
 * the end of a few calls.
 */
final class FaultyAllocator implements Allocator {
  private static final int CHAIN = 4;
  private static final int SLOTS = 64;

  /** What is wrong. */
  enum Fault {
    /**
     * Nothing: the stack is probed before the first change, and what changes calls nothing deep.
     */
    NONE,
    /** The chain's state is changed before the call that hands it back. */
    CHAIN_BEFORE_HAND_BACK,
    /** The slots of a drain are nowhere while it goes on. */
    DRAIN_LOSES_ITS_CHAIN,
    /** A slot is taken from one list before the call that puts it into the other. */
    TAKE_BEFORE_PUT
  }

  private final Fault fault;
  private final long[] chain = new long[CHAIN + 1];
  private int chained;
  private final Deque<Long> list = new ArrayDeque<>(2 * SLOTS);
  private final Deque<Long> held = new ArrayDeque<>(2 * SLOTS);

  FaultyAllocator(Fault fault) {
    this.fault = fault;
    for (long slot = 1; slot <= SLOTS; slot++) {
      list.addLast(64 * slot);
    }
    for (int i = 0; i < SLOTS; i++) {
      free(malloc(1)); // links all that is called
    }
  }

  private static void probe(int frames) {
    if (frames > 0) {
      probe(frames - 1);
    }
  }

  @Override
  public long malloc(long byteSize) {
    if (fault != Fault.TAKE_BEFORE_PUT) {
      probe(12);
    }
    if (held.isEmpty()) {
      for (int i = 0; i < 8; i++) {
        put(take());
      }
    }
    return held.pollFirst();
  }

  private long take() {
    return list.pollFirst();
  }

  private void put(long slot) {
    if (slot != 0) {
      held.addLast(slot);
    }
  }

  @Override
  public void free(long address) {
    if (fault != Fault.CHAIN_BEFORE_HAND_BACK && fault != Fault.DRAIN_LOSES_ITS_CHAIN) {
      probe(12);
    }
    if (fault == Fault.DRAIN_LOSES_ITS_CHAIN && chained == CHAIN) {
      int drained = chained;
      chained = 0;
      for (int i = 0; i < drained; i++) {
        list.addLast(chain[i]);
      }
    } else if (chained == CHAIN) {
      pushChain();
    }
    chain[chained] = address;
    chained++;
    if (fault == Fault.CHAIN_BEFORE_HAND_BACK && chained == CHAIN) {
      pushChain();
    }
  }

  private void pushChain() {
    for (int i = 0; i < chained; i++) {
      list.addLast(chain[i]);
    }
    chained = 0;
  }

  /** Fails unless each slot is in exactly one place. */
  static void walk(Allocator allocator, Collection<Long> live) {
    FaultyAllocator walked = (FaultyAllocator) allocator;
    Set<Long> seen = new HashSet<>(live);
    int all = live.size();
    for (Collection<Long> free : List.of(walked.list, walked.held)) {
      seen.addAll(free);
      all += free.size();
    }
    for (int i = 0; i < walked.chained; i++) {
      seen.add(walked.chain[i]);
      all++;
    }
    if (seen.size() != SLOTS || all != SLOTS) {
      throw new AssertionError(seen.size() + " slots in " + all + " places; expected " + SLOTS);
    }
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    return malloc(byteSize);
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    return malloc(byteSize);
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    throw new UnsupportedOperationException("calloc");
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    throw new UnsupportedOperationException("realloc");
  }

  @Override
  public long usableSize(long address) {
    return 1;
  }

  @Override
  public boolean owns(long address) {
    return address > 0 && address <= 64 * SLOTS;
  }

  @Override
  public AllocatorStats stats() {
    throw new UnsupportedOperationException("stats");
  }

  @Override
  public long trim() {
    return 0;
  }

  @Override
  public void close() {}
}
