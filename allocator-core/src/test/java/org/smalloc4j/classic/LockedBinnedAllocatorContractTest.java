package org.smalloc4j.classic;

import org.smalloc4j.Allocator;

/**
 * {@link BinnedAllocator#locked} keeps the contract, but for what {@link BinsContractTest} says.
 */
class LockedBinnedAllocatorContractTest extends BinsContractTest {

  @Override
  public Allocator newAllocator() {
    return BinnedAllocator.locked();
  }

  @Override
  public Allocator newSmallAllocator() {
    return new BinnedAllocator("small locked", new LimitedMemory(16 << 20), 1);
  }
}
