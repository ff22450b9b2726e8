package org.smalloc4j;

import java.util.Collection;
import org.smalloc4j.internal.slab.InvariantWalk;

/** {@link Smalloc} with the defaults keeps the contract. */
class SmallocContractTest extends AllocatorContractTest {

  @Override
  public Allocator newAllocator() {
    return Smalloc.builder().name("contract").build();
  }

  @Override
  public Allocator newSmallAllocator() {
    return Smalloc.builder().name("small").regionBits(28).build();
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
