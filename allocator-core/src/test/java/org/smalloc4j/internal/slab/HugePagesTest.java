package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.os.ForwardingMemory;
import org.smalloc4j.internal.os.MeasuredMemory;
import org.smalloc4j.internal.os.OsException;

class HugePagesTest {
  private static final long MIB = 1 << 20;
  private static final int HOME = 3;

  /** What was advised, and by how much of it. */
  private record Advised(long address, long byteSize) {}

  private final List<Advised> advised = new ArrayList<>();
  private final Region region = region(new Recording(advised)).withHugePages();
  private final RegionLayout layout = region.layout();
  private final SharedWords words =
      new SharedWords(
          layout,
          new MemoryLimit(MemoryLimit.UNLIMITED),
          new ListLengths(layout, RegionLayout.SLABS, 0),
          region.ahead());

  private static final class Recording extends ForwardingMemory {
    private final List<Advised> advised;

    Recording(List<Advised> advised) {
      this.advised = advised;
    }

    @Override
    public boolean advise(long address, long byteSize, Advice advice) {
      if (advice == Advice.HUGE_PAGES) {
        advised.add(new Advised(address, byteSize));
      }
      return super.advise(address, byteSize, advice);
    }
  }

  private static Region region(ForwardingMemory os) {
    try {
      return Region.reserveUpTo(os, 40);
    } catch (OsException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void release() {
    region.release();
  }

  private void claim(int sizeClass, long byteSize) {
    for (long claimed = 0; claimed < byteSize; claimed += 1L << sizeClass) {
      assertTrue(words.claim(HOME, sizeClass) != SharedWords.NONE);
    }
  }

  @Test
  void anAreaGetsHugePagesOneByOneWhenItsFirstTwoMebibytesAreUsedUp() {
    long area = layout.area(HOME, 12);
    claim(12, 2 * MIB);
    assertEquals(List.of(), advised);
    claim(12, 1);
    assertEquals(List.of(new Advised(area + 2 * MIB, 2 * MIB)), advised);
    claim(12, 2 * MIB - 4096);
    assertEquals(1, advised.size());
    claim(12, 1);
    assertEquals(new Advised(area + 4 * MIB, 2 * MIB), advised.getLast());
    assertEquals(2, advised.size());
  }

  @Test
  void aRunThatPassesSeveralOfThemGetsAllOfThem() {
    words.claim(HOME, 10, 7 << 10);
    assertEquals(List.of(new Advised(layout.area(HOME, 10) + 2 * MIB, 6 * MIB)), advised);
  }

  @Test
  void slotsAboveAnOsPageGetNone() {
    claim(12, 4 * MIB);
    assertEquals(1, advised.size());
    claim(13, 16 * MIB);
    assertEquals(1, advised.size());
  }

  @Test
  void anAreaThatWasEmptiedGivesNoAdviceAgain() {
    claim(12, 4 * MIB);
    assertTrue(words.casFrontier(HOME, 12, 4 * MIB >> 12, 0));
    claim(12, 4 * MIB);
    assertEquals(1, advised.size());
  }

  @Test
  void aRegionHasNoMoreThanFiveHundredMappingsForThem() {
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      for (int c = 2; c <= 12; c++) {
        words.claim(slab, c, (int) (2 * MIB >> c) + 1);
      }
    }
    assertEquals(240, advised.size());
  }

  @Test
  void aRegionThatBecomesAccessibleBitByBitHasNone() {
    Region onDemand = region(new MeasuredMemory(1L << 40));
    assertEquals(onDemand, onDemand.withHugePages());
    onDemand.release();
    Region plain = region(new ForwardingMemory());
    assertNull(plain.ahead());
    plain.release();
  }
}
