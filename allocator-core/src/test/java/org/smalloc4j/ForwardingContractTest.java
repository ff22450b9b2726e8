package org.smalloc4j;

import org.smalloc4j.observe.ForwardingAllocator;

/** {@link ForwardingAllocator} keeps the contract. */
class ForwardingContractTest extends WrapperContractTest {

  @Override
  Allocator over(Smalloc heap) {
    return new ForwardingAllocator(heap) {};
  }
}
