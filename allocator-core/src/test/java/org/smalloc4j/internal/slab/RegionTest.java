package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.os.FakeVirtualMemory;
import org.smalloc4j.internal.os.OsException;

class RegionTest {

  @Test
  void aRegionThatTheSystemGrantsHasTheSizeThatWasWanted() throws OsException {
    var os = new FakeVirtualMemory(1L << 44, 1L << 44);
    Region region = Region.reserveUpTo(os, 44);
    assertEquals(44, region.layout().regionBits());
    assertEquals(0, region.refusedBits());
  }

  @Test
  void aRefusedRegionStepsDownUntilAsMuchAgainIsLeft() throws OsException {
    var os = new FakeVirtualMemory(1L << 40, 1L << 44);
    Region region = Region.reserveUpTo(os, 44);
    assertEquals(1L << 39, region.byteSize());
    assertEquals(5, region.refusedBits());
    assertEquals(Map.of(1L << 44, 1L << 39), os.stretches());
  }

  @Test
  void aRegionThatWasSteppedDownHasAnAnnexAsItsOtherHalf() throws OsException {
    Region region = Region.reserveUpTo(new FakeVirtualMemory(1L << 32, 1L << 44), 44);
    RegionLayout annex = Objects.requireNonNull(region.annex());
    assertEquals(30, region.layout().regionBits());
    assertEquals(region.layout().base() + (1L << 30), annex.base());
    assertEquals(1L << 31, region.byteSize());
    assertEquals(26, annex.largestClass()); // 64 MiB in 2 GiB
    assertTrue(region.contains(annex.base() + (1L << 30) - 1));
    assertFalse(region.contains(annex.base() + (1L << 30)));
    assertFalse(region.contains(region.layout().base() - 1));
  }

  @Test
  void theSmallestRegionHasNoAnnex() throws OsException {
    Region region = Region.reserveUpTo(new FakeVirtualMemory(1L << 29, 1L << 44), 44);
    assertEquals(28, region.layout().regionBits());
    assertNull(region.annex());
    assertEquals(1L << 28, region.byteSize());
  }

  @Test
  void aRegionOfAnExplicitSizeHasSlotsOfAQuarterOfAnAreaAndOneOfAFittingSizeOfAWholeOne()
      throws OsException {
    var os = new FakeVirtualMemory(1L << 44, 1L << 44);
    assertEquals(24, Region.reserve(os, 37).layout().largestClass());
    assertEquals(26, Region.reserveUpTo(os, 37).layout().largestClass());
  }

  @Test
  void theFirstRefusalIsReportedWhereEvenTheSmallestRegionIsRefused() {
    var os = new FakeVirtualMemory(1L << 28, 1L << 44);
    OsException e = assertThrows(OsException.class, () -> Region.reserveUpTo(os, 44));
    assertEquals("mmap of 17592186044416 bytes failed with errno 12 (ENOMEM)", e.getMessage());
    assertEquals(16, e.getSuppressed().length);
    assertEquals(Map.of(), os.stretches());
  }

  @ParameterizedTest
  @ValueSource(classes = {OsException.class, OutOfMemoryError.class, StackOverflowError.class})
  void whateverFailsInTheMiddleLeavesNothingReserved(Class<?> kind) {
    for (long firstChoice : new long[] {1L << 44, (1L << 44) + 4096}) {
      boolean failed = true;
      for (int calls = 0; failed; calls++) {
        var os = new FakeVirtualMemory(1L << 42, firstChoice);
        os.failAfter(calls, failure(kind));
        boolean reserved = false;
        try {
          reserved = Region.reserveUpTo(os, 44).refusedBits() >= 0;
        } catch (OsException | OutOfMemoryError | StackOverflowError e) {
          // goes on: what counts is what stays
        }
        failed = !os.willFail();
        assertEquals(reserved ? 1 : 0, os.stretches().size(), "after the failure of call " + calls);
        assertTrue(calls < 1000);
      }
    }
  }

  private static Throwable failure(Class<?> kind) {
    return kind == OsException.class
        ? new OsException("injected", 12)
        : kind == OutOfMemoryError.class ? new OutOfMemoryError() : new StackOverflowError();
  }

  @Test
  void aReleaseThatTheSystemRefusesCanBeDoneAgain() throws OsException {
    var os = new FakeVirtualMemory(1L << 44, 1L << 44);
    Region region = Region.reserve(os, 30);
    os.failAfter(0, new OsException("munmap", 12));
    assertThrows(IllegalStateException.class, region::release);
    region.release();
    assertEquals(Map.of(), os.stretches());
  }

  @Test
  void aRefusedRegionSaysWhy() throws OsException {
    var os = new FakeVirtualMemory(1L << 40, 1L << 44);
    assertTrue(Region.reserveUpTo(os, 44).whyRefused().contains("ulimit -v"));
    assertEquals("", Region.reserveUpTo(os, 30).whyRefused());
  }

  @Test
  void aReleaseGivesTheWholeStretchBack() throws OsException {
    var os = new FakeVirtualMemory(1L << 44, 1L << 44);
    Region region = Region.reserve(os, 30);
    region.release();
    assertEquals(Map.of(), os.stretches());
  }
}
