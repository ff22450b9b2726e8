package org.smalloc4j.internal.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StashLayoutTest {
  private static final long CACHE_LINE = 64;
  private static final int NOBODY = -1;

  /** A stretch of memory, and the slab whose owner writes it. */
  private record Stretch(String what, int slab, long start, long byteSize) {
    long end() {
      return start + byteSize;
    }
  }

  private static StashLayout layout(int regionBits) {
    return StashLayout.of(new RegionLayout(1L << 45, regionBits));
  }

  private static List<Stretch> stretches(StashLayout layout) {
    RegionLayout region = layout.region();
    List<Stretch> all = new ArrayList<>();
    all.add(new Stretch("shared words", NOBODY, region.headWord(0, 0), 64 * 512));
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      addSlab(layout, slab, all);
    }
    return all;
  }

  private static void addSlab(StashLayout layout, int slab, List<Stretch> all) {
    all.add(new Stretch("no free word", slab, layout.noFreeWord(slab), 16));
    for (int c = SizeClass.SMALLEST; c <= layout.largestOwnedClass(); c++) {
      long words = Math.max(1, layout.region().slots(c) / 64);
      all.add(new Stretch("free words " + c, slab, layout.freeWord(slab, c, 0), words * 16));
      long entries = 1 + layout.magazineSlots(c);
      all.add(new Stretch("magazine " + c, slab, layout.magazine(slab, c), entries * 8));
      for (int target = 0; target < StashLayout.OUTBOX_TARGETS; target++) {
        all.add(new Stretch("outbox " + c, slab, layout.outbox(slab, c, target), 64));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 29, 34, 39, 44, 45})
  void noTwoStretchesMeetAndNoCacheLineBelongsToTwoOwners(int regionBits) {
    StashLayout layout = layout(regionBits);
    List<Stretch> all = stretches(layout);
    all.sort(Comparator.comparingLong(Stretch::start));
    for (int i = 1; i < all.size(); i++) {
      Stretch before = all.get(i - 1);
      Stretch after = all.get(i);
      assertTrue(before.end() <= after.start(), () -> before + " meets " + after);
      if (before.slab() != after.slab()) {
        long lastLine = (before.end() - 1) / CACHE_LINE;
        assertTrue(lastLine < after.start() / CACHE_LINE, () -> before + " and " + after);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 34, 44, 45})
  void everythingIsWhereNoSlotsAre(int regionBits) {
    StashLayout layout = layout(regionBits);
    RegionLayout region = layout.region();
    for (Stretch stretch : stretches(layout)) {
      long last = stretch.end() - 1;
      assertTrue(region.contains(stretch.start()) && region.contains(last), stretch::toString);
      assertTrue(region.classOf(stretch.start()) < SizeClass.SMALLEST, stretch::toString);
      assertEquals(region.classOf(stretch.start()), region.classOf(last), stretch::toString);
      assertEquals(region.slabOf(stretch.start()), region.slabOf(last), stretch::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 34, 44, 45})
  void aFreeWordLeadsBackToItsSlots(int regionBits) {
    StashLayout layout = layout(regionBits);
    for (int sizeClass = 2; sizeClass <= layout.largestOwnedClass(); sizeClass++) {
      long slots = layout.region().slots(sizeClass);
      for (long slot : new long[] {0, 1, 63, 64, slots / 2, slots - 65, slots - 1}) {
        long word = layout.freeWord(9, sizeClass, slot);
        long first = layout.region().area(9, sizeClass) + ((slot & -64) << sizeClass);
        assertEquals(first, layout.firstSlot(9, sizeClass, word), "slot " + slot);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 44})
  void smallSlotsAreOwnedWhereThereAre256(int regionBits) {
    StashLayout layout = layout(regionBits);
    int largest = regionBits == 28 ? 9 : 19;
    assertFalse(layout.isOwned(1));
    assertTrue(layout.isOwned(2));
    assertTrue(layout.isOwned(largest));
    assertFalse(layout.isOwned(largest + 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 44})
  void whatAnOwnerHoldsInMagazinesAndRunsIsAFewPercentOfAnArea(int regionBits) {
    StashLayout layout = layout(regionBits);
    for (int sizeClass = 2; sizeClass <= layout.largestOwnedClass(); sizeClass++) {
      long held = layout.magazineSlots(sizeClass) + layout.runSlots(sizeClass);
      assertTrue(held * 100 <= layout.region().slots(sizeClass) * 8, "class " + sizeClass);
      assertTrue(held << sizeClass <= Math.max(192L << 10, 2L << sizeClass), "class " + sizeClass);
    }
  }

  @Test
  void magazinesBeginAtTheFirstQuarterAndOutboxesAtTheHalf() {
    StashLayout layout = layout(44);
    long area = layout.region().area(5, 1);
    long magazines = area + (1L << 31);
    assertEquals(magazines, layout.magazine(5, 2));
    assertEquals(magazines + 8 * 1024, layout.magazine(5, 3));
    assertEquals(magazines + 2 * 8 * 1024, layout.magazine(5, 4));
    long outboxes = area + (1L << 32);
    assertEquals(outboxes + 6 * 256, layout.outbox(5, 6, 0));
    assertEquals(outboxes + 6 * 256 + 64, layout.outbox(5, 6, 1));
    assertEquals(outboxes + 6 * 256 + 64, layout.outbox(5, 6, 61));
  }

  @ParameterizedTest
  @CsvSource({
    "44,  2, 1023, 64, 8",
    "44,  7, 1023, 64, 8",
    "44,  8,  512, 64, 8",
    "44, 10,  128, 64, 4",
    "44, 12,   32, 16, 1",
    "44, 17,    1,  1, 1",
    "44, 19,    1,  1, 1",
    "28,  2, 1023, 64, 8",
    "28,  6,  128, 32, 8",
    "28,  9,   16,  4, 8",
  })
  void sizesOfMagazinesRunsAndThresholds(
      int regionBits, int sizeClass, int magazineSlots, int runSlots, int wordThreshold) {
    StashLayout layout = layout(regionBits);
    assertEquals(magazineSlots, layout.magazineSlots(sizeClass));
    assertEquals(runSlots, layout.runSlots(sizeClass));
    assertEquals(wordThreshold, StashLayout.wordThreshold(sizeClass));
  }
}
