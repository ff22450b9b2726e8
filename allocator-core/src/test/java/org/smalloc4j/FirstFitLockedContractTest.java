package org.smalloc4j;

import java.util.Collection;
import org.smalloc4j.classic.Coalescing;
import org.smalloc4j.classic.FirstFitAllocator;
import org.smalloc4j.classic.FirstFitHeaps;
import org.smalloc4j.classic.FirstFitWalk;
import org.smalloc4j.classic.Growers;

/** {@link FirstFitAllocator} with a lock keeps the contract. */
class FirstFitLockedContractTest extends AllocatorContractTest {

  Coalescing coalescing() {
    return Coalescing.DURING_SEARCH;
  }

  @Override
  public Allocator newAllocator() {
    return FirstFitAllocator.locked(Growers.reserved(1L << 36), coalescing());
  }

  @Override
  public Allocator newSmallAllocator() {
    return FirstFitHeaps.grown(
        FirstFitAllocator.locked(Growers.reserved(16 << 20), coalescing()), 16 << 20);
  }

  @Override
  public boolean slotsArePowersOfTwo() {
    return false;
  }

  @Override
  public void checkAtRest(Allocator allocator, Collection<Long> live) {
    FirstFitWalk.check(allocator, live);
  }
}
