package org.smalloc4j.classic;

/** The allocator with large slabs and classes that are no powers of two keeps the contract. */
class LargeSlabContractTest extends SlabContractTest {
  @Override
  SpinLockSlabBuilder settings(SpinLockSlabBuilder builder) {
    return builder
        .classes(8, 24, 48, 136, 256, 1000, 4096, 65_536)
        .slabBytes(1 << 16)
        .ownerSearch(OwnerSearch.ARITHMETIC);
  }
}
