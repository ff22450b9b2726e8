package org.smalloc4j;

import java.util.Collection;
import org.smalloc4j.internal.os.NarrowVirtualMemory;
import org.smalloc4j.internal.slab.InvariantWalk;

/** {@link Smalloc} in what the system left of its region, with an annex, keeps the contract. */
class SteppedDownContractTest extends AllocatorContractTest {
  private static SmallocBuilder builder() {
    return new SmallocBuilder().virtualMemory(new NarrowVirtualMemory(1L << 30));
  }

  @Override
  public Allocator newAllocator() {
    return builder().name("stepped down").build();
  }

  @Override
  public Allocator newSmallAllocator() {
    return builder().name("limited").maxBytes(8L << 20).build();
  }

  @Override
  public long largestBlock() {
    return 1L << 24; // a slab of the annex: a 32nd of 2^29 bytes
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
