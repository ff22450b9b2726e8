package org.smalloc4j.internal.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AlignedReservationTest {
  private static final int BITS = 30;
  private static final long SIZE = 1L << BITS;

  @Test
  void anAlignedAnswerIsTakenAsItIs() throws OsException {
    var os = new FakeVirtualMemory(SIZE, 5 * SIZE);
    assertEquals(5 * SIZE, AlignedReservation.reserve(os, BITS));
    assertEquals(Map.of(5 * SIZE, SIZE), os.stretches());
  }

  @Test
  void anUnalignedAnswerIsRoundedDownAndAskedForAgain() throws OsException {
    var os = new FakeVirtualMemory(SIZE, 5 * SIZE + 4096);
    assertEquals(5 * SIZE, AlignedReservation.reserve(os, BITS));
    assertEquals(Map.of(5 * SIZE, SIZE), os.stretches());
  }

  @Test
  void multiplesBelowAreTriedWhereTheFirstIsTaken() throws OsException {
    var os = new FakeVirtualMemory(SIZE, 5 * SIZE + 4096);
    os.occupy(5 * SIZE, 4096);
    os.occupy(4 * SIZE, 4096);
    assertEquals(3 * SIZE, AlignedReservation.reserve(os, BITS));
    assertEquals(Map.of(3 * SIZE, SIZE, 4 * SIZE, 4096L, 5 * SIZE, 4096L), os.stretches());
  }

  @Test
  void whereNoHintIsFreeTooMuchIsReservedAndTheEndsGivenBack() throws OsException {
    var os = new FakeVirtualMemory(2 * SIZE, SIZE + 4096);
    os.occupy(SIZE, 4096);
    assertEquals(2 * SIZE, AlignedReservation.reserve(os, BITS));
    assertEquals(Map.of(SIZE, 4096L, 2 * SIZE, SIZE), os.stretches());
  }

  @Test
  void aStretchThatIsAlignedAlreadyLosesOnlyItsEnd() throws OsException {
    var os = new FakeVirtualMemory(2 * SIZE, 2 * SIZE);
    assertEquals(2 * SIZE, AlignedReservation.reserveWithin(os, BITS));
    assertEquals(Map.of(2 * SIZE, SIZE), os.stretches());
  }

  @Test
  void aRefusalLeavesNothingReservedAndKeepsItsErrno() {
    var os = new FakeVirtualMemory(SIZE, SIZE + 4096);
    os.occupy(SIZE, 4096);
    Map<Long, Long> before = Map.copyOf(os.stretches());
    OsException e = assertThrows(OsException.class, () -> AlignedReservation.reserve(os, BITS));
    assertEquals(FakeVirtualMemory.ERRNO, e.errno());
    assertEquals("mmap of 2147483648 bytes failed with errno 12 (ENOMEM)", e.getMessage());
    assertEquals(before, os.stretches());
  }
}
