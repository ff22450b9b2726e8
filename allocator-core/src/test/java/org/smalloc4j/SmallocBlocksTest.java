package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@link Smalloc} promises beyond the contract of every allocator. */
@ExtendWith(OutOfMemoryFails.class)
class SmallocBlocksTest {
  private final Smalloc heap = SmallHeap.open();

  @AfterEach
  void close() {
    heap.close();
  }

  private void assertNeverHandedOut(long address) {
    assertFalse(heap.owns(address));
    assertRefused(
        IllegalArgumentException.class,
        () -> heap.free(address),
        "never handed out",
        Long.toHexString(address));
  }

  @Test
  void theSharedWordsAreNoBlocks() {
    long base = SmallHeap.base(heap.malloc(64));
    for (long offset = 0; offset < 64 * 512; offset += 8) {
      assertNeverHandedOut(base + offset);
    }
  }

  @Test
  void areasOfClassesWithoutSlotsHoldNoBlocks() {
    long base = SmallHeap.base(heap.malloc(64));
    for (long slab = 0; slab < SmallHeap.SLABS; slab++) {
      for (long sizeClass : new long[] {0, 1, 16, 17, 30, 31}) {
        assertNeverHandedOut(base + (slab << 22) + (sizeClass << SmallHeap.AREA_BITS));
      }
    }
  }

  @Test
  void theRegionEndsWhereItEnds() {
    long base = SmallHeap.base(heap.malloc(64));
    Class<IllegalArgumentException> type = IllegalArgumentException.class;
    assertRefused(type, () -> heap.free(base - 1), "outside the region");
    assertRefused(type, () -> heap.free(base - 64), "outside the region");
    assertRefused(type, () -> heap.free(base + (1L << 28)), "outside the region");
    assertNeverHandedOut(base + (1L << 28) - (1 << SmallHeap.AREA_BITS));
  }

  @Test
  void aFreedSlotThatWasOverwrittenIsToldOnceAndDropped() {
    try (Smalloc linked = Smalloc.builder().regionBits(28).ownedSlabs(false).build()) {
      long lost = 0;
      for (int overwritten : new int[] {2049, Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 1}) {
        long p = linked.malloc(64);
        linked.free(p);
        int self = 1 + (int) ((p & ((1 << SmallHeap.AREA_BITS) - 1)) >>> 6);
        OffHeap.storeInt(p, overwritten == 1 ? self : overwritten);
        assertRefused(
            IllegalStateException.class, () -> linked.malloc(64), "written", Long.toHexString(p));
        assertEquals(++lost, linked.stats().lostBlocks());
        assertEquals(0, linked.stats().liveBlocks());
        linked.free(linked.malloc(64));
      }
    }
  }

  @Test
  void aFreedSlotThatWasOverwrittenDoesNotLeadItsOwnerAstray() {
    long p = heap.malloc(64);
    heap.free(p);
    OffHeap.storeInt(p, -1);
    assertEquals(p, heap.malloc(64));
    assertEquals(1, heap.stats().liveBlocks());
  }

  @Test
  void aBlockStaysWhereItIsAsLongAsItsSlotIsLargeEnough() {
    for (long byteSize : new long[] {1, 4, 5, 64, 100, 4096, 30_000}) {
      long p = heap.malloc(byteSize);
      long quarter = heap.usableSize(p) < 1024 ? -1 : heap.usableSize(p) / 4;
      for (long other = quarter + 1; other <= heap.usableSize(p); other += 1 + other / 8) {
        assertEquals(p, heap.realloc(p, other), byteSize + " to " + other);
      }
      assertEquals(p, heap.realloc(p, heap.usableSize(p), heap.usableSize(p)));
      if (heap.usableSize(p) < 1 << SmallHeap.LARGEST_CLASS) {
        assertNotEquals(p, heap.realloc(p, heap.usableSize(p) + 1));
      }
    }
  }

  @Test
  void aBlockThatOutgrowsAMebibyteGrowsOnInPlace() {
    try (Smalloc large = Smalloc.create()) {
      Block block = Block.write(large.malloc(1 << 20), 1 << 20, 90);
      long grower = large.realloc(block.address(), (1 << 20) + 1);
      assertEquals(4L << 20, large.usableSize(grower));
      block.checkMovedTo(grower, block.byteSize());
      for (long byteSize = 1 << 21; byteSize <= 4L << 20; byteSize <<= 1) {
        assertEquals(grower, large.realloc(grower, byteSize));
      }
      block.checkMovedTo(grower, block.byteSize());
      large.free(grower);
    }
  }

  @Test
  void aHeapWithALimitTakesNoMoreForAGrownBlockThanItNeeds() {
    try (Smalloc limited = Smalloc.builder().maxBytes(1 << 20).build()) {
      long p = limited.realloc(limited.malloc(1 << 16), (1 << 16) + 1);
      assertEquals(1 << 17, limited.usableSize(p));
    }
  }

  @Test
  void trimGivesBackWhatWasTouchedAndFreed() {
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      live.add(heap.malloc(1 << 14));
      OffHeap.fill(live.getLast(), 1 << 14, (byte) 1);
    }
    assertEquals(0, heap.trim());
    live.forEach(heap::free);
    assertEquals(400 << 14, heap.trim());
    assertEquals(0, heap.stats().takenBytes());
    assertEquals(0, heap.trim());
  }

  @Test
  void trimReachesTheFreedSlotsBetweenLiveOnes() {
    List<Long> freed = new ArrayList<>();
    List<Block> live = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      live.add(Block.write(heap.malloc(1 << 15), 1 << 15, i));
      freed.add(heap.malloc(1 << 15));
      OffHeap.fill(freed.getLast(), 1 << 15, (byte) 1);
    }
    freed.forEach(heap::free);
    long mostOfIt = 100 * (1 << 15) / 4;
    assertTrue(heap.trim() >= mostOfIt);
    live.forEach(Block::check);
  }
}
