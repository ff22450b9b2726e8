package org.smalloc4j.internal.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
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
    assertEquals(39, region.layout().regionBits());
    assertEquals(5, region.refusedBits());
    assertEquals(Map.of(1L << 44, 1L << 39), os.stretches());
  }

  @Test
  void theFirstRefusalIsReportedWhereEvenTheSmallestRegionIsRefused() {
    var os = new FakeVirtualMemory(1L << 28, 1L << 44);
    OsException e = assertThrows(OsException.class, () -> Region.reserveUpTo(os, 44));
    assertEquals("mmap of 17592186044416 bytes failed with errno 12 (ENOMEM)", e.getMessage());
    assertEquals(16, e.getSuppressed().length);
    assertEquals(Map.of(), os.stretches());
  }

  @Test
  void aReleaseGivesTheWholeStretchBack() throws OsException {
    var os = new FakeVirtualMemory(1L << 44, 1L << 44);
    Region region = Region.reserve(os, 30);
    region.release();
    assertEquals(Map.of(), os.stretches());
  }
}
