package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorContractTest;
import org.smalloc4j.Block;

/** {@link PageAllocator} keeps the contract, but for slots that are powers of two. */
class PageAllocatorContractTest extends AllocatorContractTest {

  @Override
  public Allocator newAllocator() {
    return PageAllocator.create();
  }

  @Override
  public Allocator newSmallAllocator() {
    return new PageAllocator(new LimitedMemory(64 << 20));
  }

  @Override
  public boolean slotsArePowersOfTwo() {
    return false; // whole OS pages
  }

  @Override
  public int slowness() {
    return 10;
  }

  @Override
  public void checkAtRest(Allocator allocator, Collection<Long> live) {
    assertEquals(live.size(), allocator.stats().liveBlocks());
    long bytes = live.stream().mapToLong(allocator::usableSize).sum();
    assertEquals(bytes, allocator.stats().liveBytes());
    assertEquals(bytes, allocator.stats().reservedBytes(), "nothing is held but live blocks");
  }

  /** A freed block has gone back, so nothing is taken. */
  @Test
  @Override
  public void takenBytesDoNotGrowWhenFreedMemoryIsUsedAgain() {
    for (int i = 0; i < 1000; i++) {
      allocator().free(allocator().malloc(1000));
      assertEquals(0, allocator().stats().takenBytes());
    }
  }

  /** 300 bytes, which others have no room for then, fit an OS page; so here it is two of them. */
  @Test
  @Override
  public void aReallocThatFindsNothingLeftLeavesTheBlockUntouched() {
    try (Allocator small = newSmallAllocator()) {
      Block block = Block.write(small.malloc(100), 100, 10);
      List<Long> live = new ArrayList<>();
      for (long a = small.tryMalloc(256, 1); a != Allocator.NULL; a = small.tryMalloc(256, 1)) {
        live.add(a);
      }
      long twoOsPages = small.usableSize(block.address()) + 1;
      String message =
          assertThrows(OutOfMemoryError.class, () -> small.realloc(block.address(), twoOsPages))
              .getMessage();
      assertTrue(message.contains(String.valueOf(twoOsPages)), message);
      assertEquals(block.address(), small.realloc(block.address(), 300), "within the OS page");
      block.check();
      assertEquals(live.size() + 1, small.stats().liveBlocks());
      live.forEach(small::free);
      long moved = small.realloc(block.address(), twoOsPages);
      block.checkMovedTo(moved, 100);
      small.free(moved);
      checkAtRest(small, List.of());
    }
  }
}
