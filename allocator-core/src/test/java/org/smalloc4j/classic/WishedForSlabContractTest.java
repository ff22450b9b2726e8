package org.smalloc4j.classic;

/** The allocator with all that its author wished for keeps the contract. */
class WishedForSlabContractTest extends SlabContractTest {
  @Override
  SpinLockSlabBuilder settings(SpinLockSlabBuilder builder) {
    return builder.ownerSearch(OwnerSearch.ARITHMETIC).reclaim(true).colouring(true);
  }
}
