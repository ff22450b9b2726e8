package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.smalloc4j.observe.TracingAllocator;
import org.smalloc4j.observe.TracingAllocator.Site;

/** {@link TracingAllocator} keeps the contract, and knows no more than is live. */
class TracingContractTest extends WrapperContractTest {

  @Override
  Allocator over(Smalloc heap) {
    return TracingAllocator.over(heap, 61);
  }

  @Override
  void checkFigures(Allocator wrapper, AllocatorStats heap) {
    List<Site> sites = ((TracingAllocator) wrapper).liveSites();
    assertTrue(sites.stream().mapToLong(Site::blocks).sum() <= heap.liveBlocks());
    assertTrue(sites.stream().mapToLong(Site::bytes).sum() <= heap.liveBytes());
    if (heap.liveBlocks() == 0) {
      assertEquals(List.of(), sites);
    }
  }
}
