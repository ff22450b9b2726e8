package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.OffHeap;

/** The two hash tables agree with a map, whatever is added and removed. */
class TablesTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theListOfBlocksAgreesWithAMap(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ListedBlocks blocks = new ListedBlocks();
    Map<Long, Long> model = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      long address = 16L * random.nextInt(1, 400);
      if (model.containsKey(address)) {
        assertEquals(model.remove(address), blocks.sizeOf(address));
        blocks.remove(address);
        if (random.nextBoolean()) {
          blocks.add(address, 5);
          model.put(address, 5L);
        } else {
          blocks.cancel();
        }
      } else {
        assertFalse(blocks.contains(address));
        blocks.prepare();
        blocks.add(address, step);
        model.put(address, (long) step);
      }
      assertEquals(model.size(), blocks.count());
      assertTrue(blocks.contains(address) == model.containsKey(address));
    }
    model.forEach((address, byteSize) -> assertEquals(byteSize, blocks.sizeOf(address)));
    assertEquals(model.values().stream().mapToLong(size -> size).sum(), blocks.bytes());
    assertEquals(model.size(), blocks.sizes().length);
    assertFalse(blocks.contains(0));
    blocks.clear();
    assertEquals(0, blocks.count());
    model.keySet().forEach(address -> assertFalse(blocks.contains(address)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theTableOfSlabsAgreesWithAMap(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SlabTable table = new SlabTable(12);
    SlabClass slabClass = new SlabClass(4096, 4096, false);
    Map<Integer, Slab> model = new HashMap<>();
    List<Slab> slabs = new ArrayList<>();
    long memory = SystemAllocator.instance().malloc(300 * 4096, 4096);
    for (int i = 0; i < 300; i++) {
      Slab slab = new Slab(slabClass);
      slab.begin(memory + i * 4096L, 0);
      slabs.add(slab);
    }
    Steps steps = new Steps();
    for (int step = 0; step < 20_000; step++) {
      int i = random.nextInt(300);
      if (model.containsKey(i)) {
        table.remove(model.remove(i));
      } else {
        table.makeRoom();
        table.add(slabs.get(i));
        model.put(i, slabs.get(i));
      }
      long address = memory + i * 4096L + random.nextInt(4096);
      assertSame(model.get(i), table.find(address, steps));
      int other = random.nextInt(300);
      assertSame(model.get(other), table.find(memory + other * 4096L, steps));
    }
    assertNull(table.find(memory - 1, steps));
    assertEquals(-1, OffHeap.loadLong(memory), "the only slot of a slab ends its list");
    SystemAllocator.instance().free(memory);
  }
}
