package org.smalloc4j;

import java.util.Collection;
import org.smalloc4j.internal.slab.InvariantWalk;

/** {@link Smalloc} in a region of a thousandth of the default size keeps the contract. */
class SmallRegionContractTest extends AllocatorContractTest {

  @Override
  public Allocator newAllocator() {
    return Smalloc.builder().name("small region").regionBits(34).build();
  }

  @Override
  public Allocator newSmallAllocator() {
    return Smalloc.builder().name("limited").regionBits(34).maxBytes(8L << 20).build();
  }

  @Override
  public long largestBlock() {
    return 1L << 21; // a quarter of an area of 2^(34 - 11) bytes
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
