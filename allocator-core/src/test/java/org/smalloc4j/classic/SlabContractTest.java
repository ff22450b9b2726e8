package org.smalloc4j.classic;

import java.util.Collection;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorContractTest;

/**
 * The contract for {@link SpinLockSlabAllocator}; a subclass says how it is built. What is not said
 * of addresses by the contract, since the fallback's blocks have no slots, {@code SlabAddressTest}
 * has.
 */
abstract class SlabContractTest extends AllocatorContractTest {
  private static final long SMALL = 8 << 20;

  /** Sets what is tested. */
  abstract SpinLockSlabBuilder settings(SpinLockSlabBuilder builder);

  @Override
  public Allocator newAllocator() {
    return settings(SpinLockSlabAllocator.builder()).build();
  }

  @Override
  public Allocator newSmallAllocator() {
    Budget budget = new Budget(SMALL);
    return settings(SpinLockSlabAllocator.builder())
        .virtualMemory(budget.memory())
        .fallback(budget.allocator())
        .build();
  }

  @Override
  public boolean slotsArePowersOfTwo() {
    return false;
  }

  @Override
  public boolean checksAddressesExactly() {
    return false;
  }

  @Override
  public void checkAtRest(Allocator allocator, Collection<Long> live) {
    SlabWalk.check((SpinLockSlabAllocator) allocator, live);
  }
}
