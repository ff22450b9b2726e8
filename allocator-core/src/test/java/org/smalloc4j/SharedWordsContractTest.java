package org.smalloc4j;

import java.util.Collection;
import org.smalloc4j.internal.slab.InvariantWalk;

/** {@link Smalloc} whose slabs nobody owns keeps the contract. */
class SharedWordsContractTest extends AllocatorContractTest {

  @Override
  public Allocator newAllocator() {
    return Smalloc.builder().name("shared words").ownedSlabs(false).build();
  }

  @Override
  public Allocator newSmallAllocator() {
    return Smalloc.builder().name("small").regionBits(28).ownedSlabs(false).build();
  }

  @Override
  public void checkAtRest(Allocator allocator, Collection<Long> live) {
    InvariantWalk.check(((Smalloc) allocator).heap(), live);
  }
}
