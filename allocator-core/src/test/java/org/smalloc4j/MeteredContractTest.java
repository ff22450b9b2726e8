package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.smalloc4j.observe.MeteredAllocator;

/** {@link MeteredAllocator} keeps the contract, and its figures are the heap's all along. */
class MeteredContractTest extends WrapperContractTest {

  @Override
  Allocator over(Smalloc heap) {
    return MeteredAllocator.over(heap);
  }

  @Override
  void checkFigures(Allocator wrapper, AllocatorStats heap) {
    MeteredAllocator metered = (MeteredAllocator) wrapper;
    assertEquals(heap.liveBlocks(), metered.liveBlocks(), "live blocks");
    assertEquals(heap.liveBytes(), metered.liveBytes(), "live bytes");
    assertEquals(metered.liveBlocks(), metered.allocations() - metered.frees());
    assertTrue(metered.peakLiveBytes() >= metered.liveBytes());
  }
}
