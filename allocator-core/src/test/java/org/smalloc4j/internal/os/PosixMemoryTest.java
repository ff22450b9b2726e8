package org.smalloc4j.internal.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.smalloc4j.internal.raw.RawMemory;

class PosixMemoryTest {
  private final VirtualMemory os = VirtualMemory.of(System.getProperty("os.name"));

  @Test
  void aReservationIsZeroAndWritable() throws OsException {
    long size = 16 * os.osPageBytes();
    long address = os.reserve(0, size);
    MemorySegment memory = RawMemory.segment(address, size);
    assertEquals(0, memory.get(ValueLayout.JAVA_LONG, size - 8));
    memory.set(ValueLayout.JAVA_LONG, size - 8, 42);
    assertEquals(42, memory.get(ValueLayout.JAVA_LONG, size - 8));
    os.release(address, size);
  }

  @Test
  void aDiscardZeroesAndCountsTheOsPagesThatWereTouched() throws OsException {
    long page = os.osPageBytes();
    long address = os.reserve(0, 16 * page);
    os.advise(address, 16 * page, VirtualMemory.Advice.NO_HUGE_PAGES);
    MemorySegment memory = RawMemory.segment(address, 16 * page);
    memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
    memory.set(ValueLayout.JAVA_BYTE, 7 * page, (byte) 2);
    assertEquals(2 * page, os.discard(address, 16 * page));
    assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 0));
    assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 7 * page));
    os.release(address, 16 * page);
  }

  @Test
  void aDiscardOfUntouchedMemoryGivesNothingBack() throws OsException {
    long size = (1L << 14) * os.osPageBytes() * 2 + os.osPageBytes();
    long address = os.reserve(0, size);
    assertEquals(0, os.discard(address, size));
    os.release(address, size);
  }

  @Test
  void aRefusedReservationNamesCallSizeAndErrno() {
    OsException e = assertThrows(OsException.class, () -> os.reserve(0, 1L << 60));
    assertEquals(
        "mmap of 1152921504606846976 bytes at 0x0 failed with errno 12 (ENOMEM)", e.getMessage());
    assertEquals(12, e.errno());
  }

  @Test
  void aReleaseAtAnAddressInsideAnOsPageIsRefused() throws OsException {
    long address = os.reserve(0, os.osPageBytes());
    OsException e = assertThrows(OsException.class, () -> os.release(address + 1, 10));
    assertTrue(e.getMessage().endsWith("failed with errno 22 (EINVAL)"), e.getMessage());
    os.release(address, os.osPageBytes());
  }

  @Test
  void aDropZeroesAndBackedAboutTellsWhatWasTouched() throws OsException {
    long page = os.osPageBytes();
    long address = os.reserve(0, 64 * page);
    os.advise(address, 64 * page, VirtualMemory.Advice.NO_HUGE_PAGES);
    long answer = os.reserve(0, page);
    RawMemory.storePlain(answer, -1);
    for (int touched = 0; touched < 64; touched++) {
      boolean few = touched < 28;
      if (few || touched > 36) {
        boolean most = os.backedAbout(address, 64 * page, answer) > 32 * page;
        assertEquals(!few, most, touched + " touched");
      }
      RawMemory.storePlain(address + touched * page, -1);
    }
    assertTrue(os.drop(address, 64 * page));
    assertEquals(0, os.backedAbout(address, 64 * page, answer));
    assertEquals(0, RawMemory.loadPlain(address + 63 * page));
    assertFalse(os.drop(address + 1, page), "inside an OS page");
    os.release(address, 64 * page);
    os.release(answer, page);
  }

  @Test
  void lockedMemoryIsBackedWhenItIsTouchedAndGivenBackAllTheSame() throws OsException {
    long size = 4 * os.osPageBytes(); // within every limit
    long address = os.reserve(0, size);
    os.lock(address, size);
    assertEquals(0, os.discard(address, size), "nothing was touched");
    RawMemory.storePlain(address, 1);
    assertEquals(os.osPageBytes(), os.discard(address, size));
    assertEquals(0, RawMemory.loadPlain(address));
    RawMemory.storePlain(address, 1);
    assertTrue(os.drop(address, size));
    assertEquals(0, RawMemory.loadPlain(address));
    os.release(address, size);
  }

  @Test
  void anUnknownSystemIsNamed() {
    var e = assertThrows(UnsupportedOperationException.class, () -> VirtualMemory.of("Plan 9"));
    assertEquals("smalloc4j reserves memory on Linux and macOS, not on Plan 9", e.getMessage());
  }
}
