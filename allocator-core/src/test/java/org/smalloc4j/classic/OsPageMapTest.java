package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.Crowd;

class OsPageMapTest {
  private static final long OS_PAGE = 4096;
  private static final long END = 1L << 48;

  private final OsPageMap map = new OsPageMap(OS_PAGE);

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 4095, END - 1, END, 1L << 62, -1, -4096, Long.MIN_VALUE})
  void everyAddressIsZeroAtFirst(long address) {
    assertEquals(0, map.get(address));
    assertFalse(map.replace(address, 7, 8));
    assertEquals(OsPageMap.NONE, map.floor(address, Math.max(0, address - (1L << 31))));
  }

  @Test
  void anOsPageHasOneNumber() {
    for (long first :
        new long[] {0, OS_PAGE, 1L << 24, 1L << 36, 0x7f12_3456_7000L, END - OS_PAGE}) {
      map.put(first, first + 1);
      assertEquals(first + 1, map.get(first));
      assertEquals(first + 1, map.get(first + OS_PAGE - 1));
      assertTrue(map.replace(first, first + 1, -5));
      assertFalse(map.replace(first, first + 1, -6));
      assertEquals(-5, map.get(first));
      map.put(first, 0);
    }
  }

  @Test
  void randomNumbersAgreeWithATreeMap() {
    SplittableRandom random = new SplittableRandom(70);
    TreeMap<Long, Long> model = new TreeMap<>();
    for (int i = 0; i < 20_000; i++) {
      long address = randomOsPage(random);
      long number = 1 + random.nextInt(1000);
      if (random.nextBoolean()) {
        map.put(address, number);
      } else {
        map.put(address, number, new OsPageMap.Spare());
      }
      model.put(address, number);
      long at = randomOsPage(random) + random.nextLong(OS_PAGE);
      assertEquals(model.getOrDefault(at & -OS_PAGE, 0L), map.get(at));
      long lowest = Math.max(0, at - random.nextLong(1L << 28));
      Long floor = model.floorKey(at);
      boolean isNear = floor != null && floor >= (lowest & -OS_PAGE);
      assertEquals(isNear ? floor : OsPageMap.NONE, map.floor(at, lowest), Long.toHexString(at));
    }
    TreeMap<Long, Long> walked = new TreeMap<>();
    long[] last = {-1};
    map.forEach(
        (address, number) -> {
          assertTrue(address > last[0], "in the order of addresses");
          last[0] = address;
          walked.put(address, number);
        });
    assertEquals(model, walked);
  }

  /** Near each other, and in three corners of the address space. */
  private static long randomOsPage(SplittableRandom random) {
    long corner = new long[] {0, 0x7f00_0000_0000L, END - (1L << 30)}[random.nextInt(3)];
    return corner + random.nextLong(1L << 28) / OS_PAGE * OS_PAGE;
  }

  @Test
  void threadsThatPutNumbersTogetherLoseNone() throws InterruptedException {
    int threads = 8;
    for (int round = 0; round < 200; round++) {
      long base = (long) round << 36;
      new Crowd(71)
          .run(threads, Crowd.PLATFORM, (i, _) -> map.put(base + i * OS_PAGE, base + i + 1));
      for (int i = 0; i < threads; i++) {
        assertEquals(base + i + 1, map.get(base + i * OS_PAGE));
      }
    }
  }

  @Test
  void ofThreadsThatReplaceANumberOneDoes() throws InterruptedException {
    int threads = 4;
    for (int round = 0; round < 500; round++) {
      map.put(OS_PAGE, 1);
      boolean[] done = new boolean[threads];
      new Crowd(72)
          .run(threads, Crowd.PLATFORM, (i, _) -> done[i] = map.replace(OS_PAGE, 1, 2 + i));
      int count = 0;
      for (boolean one : done) {
        count += one ? 1 : 0;
      }
      assertEquals(1, count);
    }
  }
}
