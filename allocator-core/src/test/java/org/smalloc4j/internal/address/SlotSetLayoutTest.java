package org.smalloc4j.internal.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotSetLayoutTest {
  private static final List<Integer> SETS =
      List.of(SlotSetLayout.KEPT, SlotSetLayout.PURGED, SlotSetLayout.MARKED);

  /** A stretch of words. */
  private record Stretch(String what, long start, long end) {}

  private static SlotSetLayout layout(int regionBits) {
    return new SlotSetLayout(new RegionLayout(1L << 45, regionBits));
  }

  private static List<Stretch> stretches(SlotSetLayout layout, int slab) {
    RegionLayout region = layout.region();
    List<Stretch> all = new ArrayList<>();
    for (int c = SizeClass.SMALLEST; c <= region.largestClass(); c++) {
      for (int set : SETS) {
        String what = "slab " + slab + " class " + c + " set " + set;
        long lastSlot = region.slots(c) - 1;
        all.add(
            new Stretch(
                what,
                layout.word(set, slab, c, 0),
                layout.word(set, slab, c, lastSlot) + Long.BYTES));
        if (set != SlotSetLayout.MARKED) {
          long count = layout.count(set, slab, c);
          all.add(new Stretch(what + " count", count, count + Long.BYTES));
          long hint = layout.hint(set, slab, c);
          all.add(new Stretch(what + " hint", hint, hint + Long.BYTES));
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 29, 34, 39, 44, 45})
  void noTwoStretchesMeetAndAllAreWhereNoSlotsAre(int regionBits) {
    SlotSetLayout layout = layout(regionBits);
    RegionLayout region = layout.region();
    StashLayout stashes = StashLayout.of(region);
    for (int slab : new int[] {0, 1, 63}) {
      List<Stretch> all = stretches(layout, slab);
      all.add(new Stretch("stashes", stashes.noFreeWord(slab), stashes.outboxesEnd(slab)));
      if (slab == 0) {
        all.add(new Stretch("shared words", region.headWord(0, 0), region.wordsEnd() - 2048));
      }
      all.sort(Comparator.comparingLong(Stretch::start));
      for (int i = 1; i < all.size(); i++) {
        Stretch before = all.get(i - 1);
        Stretch after = all.get(i);
        assertTrue(before.end() <= after.start(), () -> before + " meets " + after);
      }
      long end = region.area(slab, SizeClass.SMALLEST);
      assertTrue(all.getFirst().start() >= region.area(slab, 0), all.getFirst()::toString);
      assertTrue(all.getLast().end() <= end, all.getLast()::toString);
    }
  }

  @Test
  void aWordHasTheSlotsOfOneMultipleOf64() {
    SlotSetLayout layout = layout(44);
    long first = layout.word(SlotSetLayout.PURGED, 3, 6, 64);
    assertEquals(first, layout.word(SlotSetLayout.PURGED, 3, 6, 127));
    assertEquals(first - 8, layout.word(SlotSetLayout.PURGED, 3, 6, 63));
    assertEquals(first + 8, layout.word(SlotSetLayout.PURGED, 3, 6, 128));
  }

  @Test
  void theWordsOfAClassBeginAtAsManyWordsAsItHas() {
    SlotSetLayout layout = layout(44);
    long area = layout.region().area(3, 1);
    long words = 1L << (33 - 6 - 6); // areas of 2^33 bytes, slots of 2^6, 2^6 slots to a word
    assertEquals(area + (12L << 29) + words * 8, layout.word(0, 3, 6, 0));
    assertEquals(area + (13L << 29) + words * 8, layout.word(1, 3, 6, 0));
    assertEquals(area + (14L << 29) + words * 8, layout.word(2, 3, 6, 0));
  }

  @Test
  void theWordOfFewSlotsIsInTheEntryOfItsClass() {
    SlotSetLayout layout = layout(28); // areas of 2^17 bytes: 64 slots of 2 KiB, 32 of 4 KiB
    long end = layout.region().area(5, 1);
    long entry = end - 32 * 64 + 12 * 64;
    for (int set : SETS) {
      assertEquals(entry + 32 + set * 8L, layout.word(set, 5, 12, 0));
      assertEquals(entry + 32 + set * 8L, layout.word(set, 5, 12, 31));
      assertTrue(layout.word(set, 5, 11, 63) > end, "64 slots fill a word of their own");
    }
    assertEquals(entry, layout.count(0, 5, 12));
    assertEquals(entry + 8, layout.count(1, 5, 12));
    assertEquals(entry + 16, layout.hint(0, 5, 12));
    assertEquals(entry + 24, layout.hint(1, 5, 12));
  }

  @Test
  void anAnnexHasNone() {
    RegionLayout region = new RegionLayout(1L << 45, 34);
    assertTrue(new SlotSetLayout(region).exists());
    assertFalse(new SlotSetLayout(region.annex()).exists());
  }
}
