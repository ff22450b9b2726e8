package org.smalloc4j;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Passes on to a heap of its own, which no thread owns a part of, knows what is live and attached,
 * and refuses allocations once its allowance is used up.
 */
public final class LimitedAllocator implements Allocator {
  private final Smalloc heap = Smalloc.builder().name("limited").ownedSlabs(false).build();
  private final Dependants dependants = new Dependants();
  private final Set<Long> live = ConcurrentHashMap.newKeySet();
  private final AtomicLong allowed = new AtomicLong(Long.MAX_VALUE);
  private final AtomicInteger frees = new AtomicInteger();

  /** Creates a heap that refuses nothing yet. */
  public LimitedAllocator() {}

  /** Lets so many allocations through from now on. */
  public void allow(long allocations) {
    allowed.set(allocations);
  }

  /** Returns how many blocks are live. */
  public int live() {
    return live.size();
  }

  /** Returns how many blocks were freed. */
  public int frees() {
    return frees.get();
  }

  /** Returns how many arenas and pools are open. */
  public long attached() {
    return dependants.count();
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    if (allowed.getAndDecrement() <= 0) {
      throw new OutOfMemoryError("not allowed");
    }
    long address = heap.malloc(byteSize, byteAlignment);
    live.add(address);
    return address;
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    if (allowed.getAndDecrement() <= 0) {
      return NULL;
    }
    long address = heap.malloc(byteSize, byteAlignment);
    live.add(address);
    return address;
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
  public void free(long address) {
    if (!live.remove(address)) {
      throw new IllegalArgumentException("0x" + Long.toHexString(address) + " is not live");
    }
    frees.getAndIncrement();
    heap.free(address);
  }

  @Override
  public long usableSize(long address) {
    return heap.usableSize(address);
  }

  @Override
  public boolean owns(long address) {
    return live.contains(address);
  }

  @Override
  public void attach(AutoCloseable dependant) {
    heap.stats(); // refuses when closed
    dependants.add(dependant);
  }

  @Override
  public void detach(AutoCloseable dependant) {
    dependants.remove(dependant);
  }

  @Override
  public AllocatorStats stats() {
    return heap.stats();
  }

  @Override
  public long trim() {
    return heap.trim();
  }

  @Override
  public void close() {
    dependants.checkNone("the limited heap");
    heap.close();
  }
}
