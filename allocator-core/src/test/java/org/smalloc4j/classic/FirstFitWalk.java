package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.smalloc4j.Allocator;

/** Checks the invariants of a first-fit heap at rest. */
public final class FirstFitWalk {
  private FirstFitWalk() {}

  /** Fails unless the row of blocks and the list agree, and these are the live blocks. */
  public static void check(Allocator allocator, Collection<Long> live) {
    FirstFitAllocator firstFit = (FirstFitAllocator) allocator;
    Blocks blocks = firstFit.heap().blocks();
    Set<Long> liveAddresses = new TreeSet<>();
    Set<Long> free = new HashSet<>();
    firstFit.visit(
        (offset, bytes, isLive) -> {
          assertEquals(0, bytes % 16, "size of a block");
          assertTrue(bytes >= BlockHeader.SMALLEST_BLOCK, "size of a block");
          if (isLive) {
            liveAddresses.add(blocks.address(offset));
          } else {
            free.add(offset);
          }
        });
    assertEquals(new TreeSet<>(live), liveAddresses, "live blocks");
    assertEquals(free, onList(firstFit.heap()), "free blocks");
    if (firstFit.heap().coalescing() == Coalescing.AT_FREE) {
      checkTags(firstFit);
    }
  }

  private static Set<Long> onList(FirstFitHeap heap) {
    Set<Long> onList = new HashSet<>();
    FreeList free = heap.freeList();
    for (long o = free.first(); o != FreeList.NONE; o = free.next(o)) {
      assertTrue(onList.add(o), "on the list twice");
    }
    return onList;
  }

  private static void checkTags(FirstFitAllocator firstFit) {
    Blocks blocks = firstFit.heap().blocks();
    boolean[] afterFree = {false};
    firstFit.visit(
        (offset, _, isLive) -> {
          boolean mark = (BlockHeader.flags(blocks.header(offset)) & BlockHeader.AFTER_FREE) != 0;
          assertEquals(afterFree[0], mark, "mark that the block before is free");
          assertFalse(afterFree[0] && !isLive, "two free blocks side by side");
          if (mark) {
            blocks.before(offset);
          }
          afterFree[0] = !isLive;
        });
  }
}
