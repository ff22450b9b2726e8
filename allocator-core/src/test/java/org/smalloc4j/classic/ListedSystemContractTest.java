package org.smalloc4j.classic;

import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorContractTest;

/**
 * {@link SystemAllocator} keeps the contract as a fallback, that is with its blocks listed. What it
 * does not hold by itself is in {@code SystemAllocatorTest}.
 */
class ListedSystemContractTest extends AllocatorContractTest {
  @Override
  public Allocator newAllocator() {
    return new ListedAllocator(SystemAllocator.instance(), new SpinLock());
  }

  @Override
  public Allocator newSmallAllocator() {
    return new ListedAllocator(new Budget(8 << 20).allocator(), new SpinLock());
  }

  @Override
  public boolean slotsArePowersOfTwo() {
    return false;
  }

  @Override
  public boolean checksAddressesExactly() {
    return false;
  }
}
