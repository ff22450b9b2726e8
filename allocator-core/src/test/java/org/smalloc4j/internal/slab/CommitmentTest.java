package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.os.MeasuredMemory;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

class CommitmentTest {
  private static final long KIB = 1 << 10;
  private static final long MIB = 1 << 20;
  private static final int CLASS = 12;

  private final MeasuredMemory os = new MeasuredMemory(1L << 40);
  private final Region region = region(os);
  private final RegionLayout layout = region.layout();
  private final Commitment commitment = Objects.requireNonNull(region.commitment());

  private static Region region(MeasuredMemory os) {
    try {
      return Region.reserveUpTo(os, RegionLayout.DEFAULT_REGION_BITS);
    } catch (OsException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void release() {
    region.release();
  }

  private boolean reach(int slab, int sizeClass, long slots) {
    return commitment.reach(layout, slab, sizeClass, slots, false);
  }

  /** Returns the bytes that a call has made accessible. */
  private long committedBy(Runnable call) {
    long before = os.left();
    call.run();
    return before - os.left();
  }

  @Test
  void aRegionThatIsRefusedAsAWholeIsReservedWithoutAccess() {
    assertEquals(0, region.refusedBits());
    assertEquals(RegionLayout.DEFAULT_REGION_BITS, layout.regionBits());
    assertEquals((1L << 40) - 128 * KIB, os.left(), "the shared words alone are accessible");
  }

  @Test
  void aRegionThatIsGrantedIsAccessible() throws OsException {
    Region granted = Region.reserve(VirtualMemory.of(System.getProperty("os.name")), 28);
    assertNull(granted.commitment());
    granted.release();
  }

  @Test
  void anAreaBecomesAccessibleInStepsThatDoubleUpToABound() {
    assertEquals(64 * KIB, committedBy(() -> assertTrue(reach(3, CLASS, 1))));
    assertEquals(0, committedBy(() -> assertTrue(reach(3, CLASS, 16))));
    assertEquals(64 * KIB, committedBy(() -> assertTrue(reach(3, CLASS, 17))));
    assertEquals(128 * KIB, committedBy(() -> assertTrue(reach(3, CLASS, 33))));
    for (long bytes = 256 * KIB; bytes < 1L << 30; bytes += 64 * KIB) {
      assertTrue(reach(3, CLASS, bytes >> CLASS));
      RawMemory.storePlain(layout.area(3, CLASS) + bytes - 8, 1);
    }
    assertEquals(64 * MIB, committedBy(() -> assertTrue(reach(3, CLASS, (1 << 18) + 1))));
    assertEquals(2, commitment.stretches());
  }

  @Test
  void aLargeSlotIsAccessibleAsAWholeAndAnAreaToItsEnd() {
    assertEquals(128 * MIB, committedBy(() -> assertTrue(reach(3, 27, 1))));
    assertTrue(reach(3, 27, layout.slots(27)));
    RawMemory.storePlain(layout.area(3, 27) + (1L << layout.areaBits()) - 8, 1);
  }

  @Test
  void whereADoubledStepIsRefusedWhatIsNeededIsTaken() {
    os.take(os.left() - 8 * KIB);
    assertEquals(4 * KIB, committedBy(() -> assertTrue(reach(3, CLASS, 1))));
    assertEquals(4 * KIB, committedBy(() -> assertTrue(reach(3, CLASS, 2))));
    assertFalse(reach(3, CLASS, 3));
    assertTrue(reach(3, CLASS, 2), "what is accessible stays so");
    assertEquals(2, commitment.stretches());
    assertFalse(reach(4, CLASS, 1));
    assertEquals(2, commitment.stretches(), "a refusal counts for nothing");
    os.take(-MIB);
    assertTrue(reach(4, CLASS, 1));
  }

  @Test
  void aClaimThatIsRefusedTakesNothing() {
    MemoryLimit limit = new MemoryLimit(MIB);
    SharedWords words =
        new SharedWords(layout, limit, new ListLengths(layout, 64, 0), region.commitment());
    os.take(os.left());
    assertEquals(SharedWords.NONE, words.claim(3, CLASS, 4));
    assertEquals(0, words.frontier(3, CLASS));
    assertFalse(limit.refuses(MIB), "the limit was given back");
    os.take(-16 * KIB);
    assertNotEquals(SharedWords.NONE, words.claim(3, CLASS, 4));
  }

  @Test
  void whatAnOwnerNeedsBesideItsSlotsIsAccessibleWithThem() {
    int slab = RegionLayout.SLABS - 1;
    for (int c = SizeClass.SMALLEST; c <= 19; c++) {
      assertTrue(commitment.reach(layout, slab, c, layout.slots(c) / 2 + 1, true));
      assertTrue(commitment.hasStash(slab));
      touch(slab, c, layout.slots(c) / 2);
      assertTrue(commitment.reach(layout, slab, c, layout.slots(c), true));
      touch(slab, c, layout.slots(c) - 1);
    }
  }

  private void touch(int slab, int sizeClass, long slot) {
    StashLayout stash = StashLayout.of(layout);
    RawMemory.storePlain(stash.freeWord(slab, sizeClass, slot) + 8, 1);
    RawMemory.storePlain(stash.magazine(slab, sizeClass) + 8, 1);
    RawMemory.storePlain(stash.magazine(slab, sizeClass + 1) - 8, 1);
    RawMemory.storePlain(stash.outbox(slab, sizeClass, 3) + 24, 1);
    RawMemory.storePlain(stash.noFreeWord(slab), 0);
    RawMemory.storeLinkPlain(layout.area(slab, sizeClass) + (slot << sizeClass), 1);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aRegionHasNoMoreThanFiveHundredMappingsAndAnAreaForEachClass() throws IOException {
    int refused = 0;
    for (int slab = RegionLayout.SLABS - 1; slab >= 0; slab--) {
      for (int c = SizeClass.SMALLEST; c <= SizeClass.LARGEST / 2; c++) {
        refused += commitment.reach(layout, slab, c, 1, slab >= 16) ? 0 : 1;
      }
    }
    assertTrue(refused > 500, "refused " + refused);
    for (int c = SizeClass.SMALLEST; c <= SizeClass.LARGEST; c++) {
      assertTrue(reach(0, c, 1) || reach(1, c, 1) || hasArea(c), "class " + c);
    }
    assertTrue(commitment.stretches() <= Commitment.MOST_STRETCHES);
    int mappings = mappings();
    assertTrue(mappings > 300 && mappings <= 500, "mappings " + mappings);
  }

  private boolean hasArea(int sizeClass) {
    boolean has = false;
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      has |= reach(slab, sizeClass, 1);
    }
    return has;
  }

  private int mappings() throws IOException {
    List<String> inside = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      long start = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
      if (region.contains(start)) {
        inside.add(line);
      }
    }
    return inside.size();
  }
}
