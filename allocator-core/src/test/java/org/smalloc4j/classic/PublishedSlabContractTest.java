package org.smalloc4j.classic;

/** The allocator as published keeps the contract. */
class PublishedSlabContractTest extends SlabContractTest {
  @Override
  SpinLockSlabBuilder settings(SpinLockSlabBuilder builder) {
    return builder;
  }
}
