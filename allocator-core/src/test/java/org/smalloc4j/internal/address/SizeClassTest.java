package org.smalloc4j.internal.address;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizeClassTest {

  /** The definition, by search: the first class whose slot is large enough. */
  private static int smallestSlotFor(long byteSize) {
    int sizeClass = SizeClass.SMALLEST;
    while (sizeClass < 62 && SizeClass.slotBytes(sizeClass) < byteSize) {
      sizeClass++;
    }
    return sizeClass;
  }

  @Test
  void everySizeUpToAMebibyteGetsTheSmallestSlotThatHoldsIt() {
    for (long byteSize = 0; byteSize <= 1 << 20; byteSize++) {
      assertEquals(smallestSlotFor(byteSize), SizeClass.of(byteSize), "size " + byteSize);
    }
  }

  @Test
  void sizesAroundEachPowerOfTwoGetTheSmallestSlotThatHoldsThem() {
    for (int bits = 2; bits <= 61; bits++) {
      for (long byteSize = (1L << bits) - 1; byteSize <= (1L << bits) + 1; byteSize++) {
        assertEquals(smallestSlotFor(byteSize), SizeClass.of(byteSize), "size " + byteSize);
      }
    }
  }

  @Test
  void theSlotHoldsTheLargerOfSizeAndAlignment() {
    for (int sizeBits = 0; sizeBits <= 40; sizeBits++) {
      for (int alignmentBits = 0; alignmentBits <= 62; alignmentBits++) {
        assertEquals(
            Math.max(Math.max(sizeBits, alignmentBits), 2),
            SizeClass.of(1L << sizeBits, 1L << alignmentBits),
            "size 2^" + sizeBits + " alignment 2^" + alignmentBits);
      }
    }
  }

  @Test
  void theLargestSizeIsAboveEveryClass() {
    assertEquals(63, SizeClass.of(Long.MAX_VALUE));
  }

  @Test
  void anyNumberHasAClassOnTheFastPath() {
    for (long byteSize = 1; byteSize <= 1 << 20; byteSize++) {
      assertEquals(SizeClass.of(byteSize), SizeClass.ofAny(byteSize));
    }
    assertEquals(SizeClass.of(Long.MAX_VALUE), SizeClass.ofAny(Long.MAX_VALUE));
    for (long byteSize : new long[] {0, -1, Long.MIN_VALUE}) {
      assertTrue(SizeClass.ofAny(byteSize) > SizeClass.LARGEST);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 4096, 1L << 62})
  void everyPowerOfTwoIsAnAlignmentForAnySize(long byteAlignment) {
    assertDoesNotThrow(() -> SizeClass.checkRequest(0, byteAlignment));
    assertDoesNotThrow(() -> SizeClass.checkRequest(Long.MAX_VALUE, byteAlignment));
  }

  @Test
  void aNegativeSizeIsNamed() {
    var e = assertThrows(IllegalArgumentException.class, () -> SizeClass.checkRequest(-7, 1));
    assertEquals("byteSize is -7; expected 0 or more bytes", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 6, -1, -8, Long.MAX_VALUE, Long.MIN_VALUE})
  void anAlignmentThatIsNoPowerOfTwoIsNamed(long byteAlignment) {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> SizeClass.checkRequest(1, byteAlignment));
    assertEquals(
        "byteAlignment is " + byteAlignment + "; expected a power of two: 1, 2, 4, 8, …",
        e.getMessage());
  }
}
