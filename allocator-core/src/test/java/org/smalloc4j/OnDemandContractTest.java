package org.smalloc4j;

import java.util.Collection;
import org.smalloc4j.internal.slab.InvariantWalk;

/** {@link Smalloc} in a region that becomes accessible bit by bit keeps the contract. */
class OnDemandContractTest extends AllocatorContractTest {
  private static Smalloc.Builder builder() {
    return Smalloc.builder().commitOnDemand(true);
  }

  @Override
  public Allocator newAllocator() {
    return builder().name("on demand").build();
  }

  @Override
  public Allocator newSmallAllocator() {
    return builder().name("limited").maxBytes(8L << 20).build();
  }

  @Override
  public long largestBlock() {
    return 1L << 31;
  }

  @Override
  public int mostHeldBack() {
    return 512; // the 128 KiB of the main thread's magazine
  }

  @Override
  public boolean catchesDoubleFreesOfOtherThreads() {
    return false; // a look at another owner's stash would cost every remote free a cache miss
  }

  @Override
  public void checkAtRest(Allocator allocator, Collection<Long> live) {
    InvariantWalk.check(((Smalloc) allocator).heap(), live);
  }
}
