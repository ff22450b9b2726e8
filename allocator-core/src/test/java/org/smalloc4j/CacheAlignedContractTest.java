package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collection;
import org.smalloc4j.observe.CacheAlignedAllocator;

/** {@link CacheAlignedAllocator} keeps the contract, and every block has lines of its own. */
class CacheAlignedContractTest extends WrapperContractTest {

  @Override
  Allocator over(Smalloc heap) {
    return CacheAlignedAllocator.over(heap);
  }

  @Override
  public boolean slotsArePowersOfTwo() {
    return false; // 4 bytes are asked for, and a line is what one gets
  }

  @Override
  public void checkAtRest(Allocator allocator, Collection<Long> live) {
    super.checkAtRest(allocator, live);
    for (long address : live) {
      assertEquals(0, address % 64);
      assertEquals(0, allocator.usableSize(address) % 64);
    }
  }
}
