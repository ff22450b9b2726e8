package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorContractTest;
import org.smalloc4j.Block;

/**
 * The contract for {@link BinnedAllocator}: above 16 KiB slots are no powers of two, and an OS page
 * is its bin size's for good.
 */
abstract class BinsContractTest extends AllocatorContractTest {

  @Override
  public boolean slotsArePowersOfTwo() {
    return false; // above 16 KiB whole OS pages; up to that see BinnedAllocatorTest
  }

  @Override
  public void checkAtRest(Allocator allocator, Collection<Long> live) {
    BinWalk.check((BinnedAllocator) allocator, live);
  }

  /** Behind an OS page of a bin lies what the system put there; so here it is the same OS page. */
  @Test
  @Override
  public void aSlotThatWasNeverHandedOutIsRefused() {
    for (long byteSize : new long[] {4, 64, 1024}) {
      long p = allocator().malloc(byteSize);
      long next = p + byteSize;
      assertFalse(allocator().owns(next));
      for (Runnable call :
          List.<Runnable>of(
              () -> allocator().free(next),
              () -> allocator().usableSize(next),
              () -> allocator().realloc(next, 100_000))) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains("never handed out"), message);
      }
      allocator().free(p);
    }
  }

  /** What 256-byte slots have taken is theirs for good; so here a block is freed in between. */
  @Test
  @Override
  public void aReallocThatFindsNothingLeftLeavesTheBlockUntouched() {
    try (Allocator small = newSmallAllocator()) {
      Block block = Block.write(small.malloc(100), 100, 10);
      long larger = small.malloc(300);
      while (small.tryMalloc(512, 1) != Allocator.NULL) {
        continue;
      }
      List<Long> live = new ArrayList<>();
      for (long a = small.tryMalloc(256, 1); a != Allocator.NULL; a = small.tryMalloc(256, 1)) {
        live.add(a);
      }
      long before = small.stats().liveBlocks();
      String message =
          assertThrows(OutOfMemoryError.class, () -> small.realloc(block.address(), 300))
              .getMessage();
      assertTrue(message.contains("300"), message);
      live.forEach(small::free);
      assertThrows(OutOfMemoryError.class, () -> small.realloc(block.address(), 300));
      block.check();
      assertEquals(before - live.size(), small.stats().liveBlocks());
      small.free(larger);
      long moved = small.realloc(block.address(), 300);
      assertEquals(larger, moved);
      block.checkMovedTo(moved, 100);
    }
  }
}
