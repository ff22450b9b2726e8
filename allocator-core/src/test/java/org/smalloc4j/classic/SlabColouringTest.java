package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Where the slots of coloured slabs begin. */
class SlabColouringTest {

  private static SpinLockSlabAllocator coloured(int... classes) {
    return SpinLockSlabAllocator.builder().classes(classes).colouring(true).build();
  }

  /** Fills slabs, and returns their colours, the first slab's first. */
  private static List<Integer> colours(SpinLockSlabAllocator allocator, int slotBytes, int slabs) {
    while (allocator.pictures(slotBytes).size() < slabs) {
      allocator.malloc(slotBytes);
    }
    return allocator.pictures(slotBytes).reversed().stream().map(SlabPicture::colourBytes).toList();
  }

  @Test
  void withoutColouringEverySlabBeginsWithASlot() {
    try (SpinLockSlabAllocator allocator = SpinLockSlabAllocator.builder().build()) {
      assertEquals(List.of(0, 0, 0), colours(allocator, 64, 3));
      assertEquals(64, allocator.pictures(64).getFirst().slots().size());
    }
  }

  @Test
  void eachSlabBeginsALineFurtherInUntilThereIsNoRoom() {
    try (SpinLockSlabAllocator allocator = coloured(64, 1024)) {
      assertEquals(
          List.of(0, 64, 128, 192, 256, 320, 384, 448, 512, 0, 64), colours(allocator, 64, 11));
      List<Integer> ofLargeSlots = colours(allocator, 1024, 18);
      assertEquals(1024, ofLargeSlots.get(16));
      assertEquals(0, ofLargeSlots.get(17));
      assertEquals(17, new TreeSet<>(ofLargeSlots).size());
    }
  }

  @Test
  void anEighthOfTheSlabIsSetAsideOrOneSlot() {
    try (SpinLockSlabAllocator allocator = coloured(8, 512, 1024, 2048, 4096)) {
      for (int[] classAndSlots :
          new int[][] {{8, 448}, {512, 7}, {1024, 3}, {2048, 1}, {4096, 1}}) {
        allocator.malloc(classAndSlots[0]);
        assertEquals(
            classAndSlots[1], allocator.pictures(classAndSlots[0]).getFirst().slots().size());
      }
      assertEquals(List.of(0, 0), colours(allocator, 4096, 2), "no room");
    }
  }

  @Test
  void everySlotLiesInItsSlab() {
    try (SpinLockSlabAllocator allocator = coloured(8, 24, 64, 200, 1024)) {
      List<Long> live = new ArrayList<>();
      for (int slotBytes : new int[] {8, 24, 64, 200, 1024}) {
        colours(allocator, slotBytes, 20);
        for (SlabPicture slab : allocator.pictures(slotBytes)) {
          int end = slab.colourBytes() + slab.slots().size() * slotBytes;
          assertTrue(end <= 4096, () -> slotBytes + ": slots end at " + end);
        }
        long p = allocator.malloc(slotBytes);
        assertEquals(0, p % Math.min(64, Integer.lowestOneBit(slotBytes)));
        live.add(p);
      }
      live.forEach(allocator::free);
    }
  }

  @Test
  void anAlignmentAboveALineIsTheFallbacks() {
    try (SpinLockSlabAllocator allocator = coloured(64, 1024)) {
      long p = allocator.malloc(1024, 1024);
      assertEquals(0, p % 1024);
      assertEquals(0, allocator.classStats().getLast().allocations());
      allocator.free(p);
    }
  }
}
