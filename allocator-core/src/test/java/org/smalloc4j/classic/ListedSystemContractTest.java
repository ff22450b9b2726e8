package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
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

  /** What is freed is C's again and not counted: taken is what is live. */
  @Test
  @Override
  public void takenBytesDoNotGrowWhenFreedMemoryIsUsedAgain() {
    long p = allocator().malloc(1000);
    assertEquals(allocator().usableSize(p), allocator().stats().takenBytes());
    allocator().free(p);
    assertEquals(0, allocator().stats().takenBytes());
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
