package org.smalloc4j.classic;

import org.smalloc4j.Allocator;

/**
 * {@link BinnedAllocator} with caches keeps the contract, but for slots that are powers of two
 * above 16 KiB, and free slots that other threads' caches have.
 */
class BinnedAllocatorContractTest extends BinsContractTest {

  @Override
  public Allocator newAllocator() {
    return BinnedAllocator.create();
  }

  @Override
  public Allocator newSmallAllocator() {
    return new BinnedAllocator("small", new LimitedMemory(64 << 20), 8);
  }

  @Override
  public int mostHeldBack() {
    return Integer.MAX_VALUE; // a cache's free slots are its threads' alone
  }

  @Override
  public boolean catchesDoubleFreesOfOtherThreads() {
    return false; // nobody looks into another cache
  }
}
