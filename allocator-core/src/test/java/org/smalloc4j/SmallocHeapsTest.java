package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several heaps in one process, and the one that is never closed. */
@ExtendWith(OutOfMemoryFails.class)
class SmallocHeapsTest {
  private final List<Smalloc> heaps = new ArrayList<>();

  private Smalloc create() {
    heaps.add(Smalloc.create());
    return heaps.getLast();
  }

  @AfterEach
  void close() {
    heaps.forEach(Smalloc::close);
  }

  @Test
  void aDozenHeapsWorkAtOnce() {
    SplittableRandom random = new SplittableRandom(80);
    List<BlockModel> models = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      models.add(new BlockModel(create()));
    }
    for (int round = 0; round < 500; round++) {
      for (int i = 0; i < 12; i++) {
        int byteSize = random.nextInt(5000);
        models.get(i).add(heaps.get(i).malloc(byteSize), byteSize, random.nextLong());
      }
    }
    models.forEach(BlockModel::check);
    assertEquals(12 * 500, models.stream().flatMap(m -> m.addresses().stream()).distinct().count());
    models.forEach(model -> model.freeAll(random));
  }

  @Test
  void aHundredHeapsWithALimitAreFullAtOnce() {
    long limit = 64 << 20;
    for (int i = 0; i < 100; i++) {
      Smalloc heap = Smalloc.builder().maxBytes(limit).build();
      heaps.add(heap);
      int sizeClass = 16 + i % 11; // 64 KiB to 64 MiB
      assertEquals(limit >> sizeClass, SmallHeap.drain(heap, sizeClass).size());
      assertEquals(limit, heap.stats().liveBytes());
      assertEquals(0, heap.stats().refusedBits());
    }
  }

  @Test
  void theRegionsOfADozenHeapsAreDisjoint() {
    for (int i = 0; i < 12; i++) {
      create();
    }
    for (Smalloc heap : heaps) {
      long p = heap.malloc(64);
      for (Smalloc other : heaps) {
        assertEquals(heap == other, other.owns(p));
      }
      long base = p & -heap.stats().reservedBytes();
      for (Smalloc other : heaps) {
        long q = other.malloc(8);
        assertEquals(
            heap == other, Long.compareUnsigned(q - base, heap.stats().reservedBytes()) < 0);
      }
    }
  }

  @Test
  void oneHeapFreesNothingOfAnother() {
    Smalloc one = create();
    Smalloc other = create();
    long p = one.malloc(64);
    assertFalse(other.owns(p));
    assertRefused(IllegalArgumentException.class, () -> other.free(p), "outside the region");
    assertRefused(IllegalArgumentException.class, () -> other.realloc(p, 8), "outside the region");
    assertRefused(IllegalArgumentException.class, () -> other.usableSize(p), "outside the region");
    assertEquals(1, one.stats().liveBlocks());
    assertEquals(0, other.stats().liveBlocks());
  }

  @Test
  void closingOneHeapLeavesTheOthersAlone() {
    Smalloc one = create();
    Smalloc other = create();
    Block block = Block.write(other.malloc(1000), 1000, 81);
    one.free(one.malloc(1000));
    one.close();
    block.check();
    other.free(block.address());
  }

  @Test
  void aHundredHeapsInARowTakeNoAddressSpaceWithThem() {
    for (int i = 0; i < 100; i++) {
      try (Smalloc heap = Smalloc.builder().regionBits(44).build()) {
        heap.free(heap.malloc(100));
      }
    }
  }

  @Test
  void closeEndsWhatWasLeakedAndTheAddressesWithIt() {
    Smalloc closed = create();
    long p = closed.malloc(64);
    closed.close();
    Smalloc next = create();
    assertFalse(next.owns(p));
  }

  @Test
  void severalThreadsMayCloseAHeapAtOnce() throws InterruptedException {
    for (int round = 0; round < 20; round++) {
      Smalloc closed = create();
      new Crowd(83).run(4, Crowd.MIXED, (_, _) -> closed.close());
      assertRefused(IllegalStateException.class, closed::stats, "closed");
    }
  }

  @Test
  void theGlobalHeapIsTheSameForAll() throws InterruptedException {
    Set<Smalloc> seen = ConcurrentHashMap.newKeySet();
    new Crowd(82).run(16, Crowd.MIXED, (_, _) -> seen.add(Smalloc.global()));
    assertEquals(1, seen.size());
    assertSame(Smalloc.global(), seen.iterator().next());
    assertTrue(Smalloc.global().toString().contains("global"));
  }

  @Test
  void theGlobalHeapCannotBeClosedAndGoesOn() {
    Smalloc global = Smalloc.global();
    long p = global.malloc(64);
    assertThrows(UnsupportedOperationException.class, global::close);
    assertTrue(global.owns(p));
    assertEquals(64, global.usableSize(p));
    global.free(p);
    global.free(global.calloc(1000));
    assertFalse(global.toString().contains("closed"), global.toString());
  }

  @Test
  void theGlobalHeapIsNotOneOfTheOthers() {
    long p = Smalloc.global().malloc(64);
    assertRefused(IllegalArgumentException.class, () -> create().free(p), "outside the region");
    Smalloc.global().free(p);
  }
}
