package org.smalloc4j.internal.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RegionLayoutTest {
  private static final int CACHE_LINE_SHIFT = 6;

  /** A layout of each size, at a base aligned to it. */
  private static IntStream regionBits() {
    return IntStream.rangeClosed(
        RegionLayout.SMALLEST_REGION_BITS, RegionLayout.LARGEST_REGION_BITS);
  }

  private static RegionLayout layout(int regionBits) {
    return new RegionLayout(3L << regionBits, regionBits);
  }

  /** The first and last slots of an area, and those in the middle where numbers change sign. */
  private static long[] borderSlots(RegionLayout layout, int sizeClass) {
    long slots = layout.slots(sizeClass);
    return new long[] {0, 1, slots / 2 - 1, slots / 2, slots - 2, slots - 1};
  }

  @ParameterizedTest
  @MethodSource("regionBits")
  void anAddressTellsItsSlabClassAndSlot(int bits) {
    RegionLayout layout = layout(bits);
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      for (int sizeClass = 2; sizeClass <= layout.largestClass(); sizeClass++) {
        for (long slot : borderSlots(layout, sizeClass)) {
          int code = (int) (slot + 1);
          long address = layout.address(slab, sizeClass, code);
          String where = "slab " + slab + " class " + sizeClass + " slot " + slot;
          assertTrue(layout.contains(address), where);
          assertTrue(layout.contains(address + (1L << sizeClass) - 1), where);
          assertEquals(slab, layout.slabOf(address), where);
          assertEquals(sizeClass, layout.classOf(address), where);
          assertEquals(slot, layout.slotOf(address, sizeClass), where);
          assertEquals(code, layout.codeOf(address, sizeClass), where);
          assertEquals(0, layout.offsetInSlot(address, sizeClass), where);
          assertEquals(0, address % (1L << sizeClass), where);
          assertEquals(3, layout.offsetInSlot(address + 3, sizeClass), where);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("regionBits")
  void noCodeIsTheEmptyCode(int bits) {
    RegionLayout layout = layout(bits);
    for (int sizeClass = 2; sizeClass <= layout.largestClass(); sizeClass++) {
      long lastSlot = layout.slots(sizeClass) - 1;
      assertEquals(lastSlot + 1, Integer.toUnsignedLong((int) (lastSlot + 1)));
    }
  }

  @ParameterizedTest
  @MethodSource("regionBits")
  void areasLieSideBySideAndFillTheRegion(int bits) {
    RegionLayout layout = layout(bits);
    long next = layout.base();
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
        assertEquals(next, layout.area(slab, sizeClass));
        next += 1L << layout.areaBits();
      }
    }
    assertEquals(layout.base() + layout.byteSize(), next);
  }

  @ParameterizedTest
  @MethodSource("regionBits")
  void sharedWordsLieApartFromSlotsAndFromEachOther(int bits) {
    RegionLayout layout = layout(bits);
    Set<Long> words = new HashSet<>();
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      for (int sizeClass = 0; sizeClass < SizeClass.COUNT; sizeClass++) {
        for (long word :
            new long[] {layout.headWord(slab, sizeClass), layout.frontierWord(slab, sizeClass)}) {
          assertTrue(words.add(word), "two words at one address");
          assertEquals(0, word % Long.BYTES);
          assertEquals(0, layout.slabOf(word));
          assertEquals(0, layout.classOf(word));
        }
      }
    }
  }

  @Test
  void noTwoSlabsShareACacheLineOfSharedWords() {
    RegionLayout layout = layout(RegionLayout.DEFAULT_REGION_BITS);
    for (int slab = 1; slab < RegionLayout.SLABS; slab++) {
      long lastOfOneBefore =
          layout.frontierWord(slab - 1, SizeClass.COUNT - 1) >>> CACHE_LINE_SHIFT;
      assertTrue(lastOfOneBefore < layout.headWord(slab, 0) >>> CACHE_LINE_SHIFT);
    }
  }

  @Test
  void theDefaultRegionIsAsDesigned() {
    RegionLayout layout = layout(44);
    assertEquals(33, layout.areaBits());
    assertEquals(31, layout.largestClass());
    assertEquals(4, layout.slots(31));
    assertEquals(1L << 31, layout.slots(2));
  }

  @Test
  void theSmallestRegionHasSlotsOfAQuarterOfAnArea() {
    RegionLayout layout = layout(28);
    assertEquals(17, layout.areaBits());
    assertEquals(15, layout.largestClass());
    assertEquals(4, layout.slots(15));
  }

  @Test
  void theLargestRegionLeavesOutTheSlotWhoseCodeDoesNotFit() {
    RegionLayout layout = layout(45);
    assertEquals(31, layout.largestClass());
    assertEquals((1L << 32) - 1, layout.slots(2));
  }

  @ParameterizedTest
  @MethodSource("regionBits")
  void anAnnexLiesBehindItsRegionAndTellsSlabAndSlotButNotTheClass(int bits) {
    RegionLayout annex = layout(bits).annex();
    assertEquals(layout(bits).base() + layout(bits).byteSize(), annex.base());
    assertEquals(16, annex.slabs());
    for (int slab = 0; slab < annex.slabs(); slab++) {
      for (int sizeClass = 2; sizeClass <= annex.largestClass(); sizeClass++) {
        long lastSlot = annex.slots(sizeClass) - 1;
        for (long slot : new long[] {0, lastSlot / 2, lastSlot}) {
          long address = annex.address(slab, sizeClass, (int) (slot + 1));
          assertTrue(annex.contains(address) && annex.contains(address + (1L << sizeClass) - 1));
          assertFalse(layout(bits).contains(address));
          assertEquals(slab, annex.slabOf(address));
          assertEquals(0, annex.classOf(address));
          assertEquals(slot, annex.slotOf(address, sizeClass));
          assertEquals(0, address % (1L << sizeClass));
        }
      }
    }
  }

  @Test
  void theWordsOfAnAnnexLieApartFromThoseOfItsRegion() {
    RegionLayout layout = layout(RegionLayout.SMALLEST_REGION_BITS);
    RegionLayout annex = layout.annex();
    assertTrue(annex.headWord(0, 0) >= layout.lostWord(SizeClass.COUNT));
    long last = annex.lostWord(SizeClass.COUNT);
    assertTrue(last <= layout.base() + (1L << layout.areaBits()), "in the area of class 0");
  }

  @Test
  void aRegionForALimitHasRoomForItInEachAreaAndASlotThatIsOne() {
    long[][] bitsOfLimits = {
      {1, 28},
      {1 << 17, 28},
      {(1 << 17) + 1, 29},
      {64 << 20, 37},
      {100 << 20, 38},
      {8L << 30, 44},
      {1L << 40, 44},
      {Long.MAX_VALUE, 44}
    };
    for (long[] pair : bitsOfLimits) {
      assertEquals(pair[1], RegionLayout.bitsForAreasOf(pair[0]), "limit " + pair[0]);
    }
    assertEquals(26, RegionLayout.upToWholeAreas(1L << 37, 37).largestClass());
    assertEquals(31, RegionLayout.upToWholeAreas(1L << 44, 44).largestClass());
  }

  @ParameterizedTest
  @MethodSource("regionBits")
  void addressesAroundTheRegionAreOutside(int bits) {
    RegionLayout layout = layout(bits);
    assertTrue(layout.contains(layout.base()));
    assertFalse(layout.contains(layout.base() - 1));
    assertTrue(layout.contains(layout.base() + layout.byteSize() - 1));
    assertFalse(layout.contains(layout.base() + layout.byteSize()));
    assertFalse(layout.contains(0));
    assertFalse(layout.contains(-1));
    assertFalse(layout.contains(Long.MIN_VALUE));
  }
}
