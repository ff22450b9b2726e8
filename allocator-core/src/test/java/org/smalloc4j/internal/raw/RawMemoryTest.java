package org.smalloc4j.internal.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawMemoryTest {

  private static final byte FULL = 7;
  private static final long GUARD = 64;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 8, 255, 256, 257, 4095, 4096, 4097, 8192, 100_003})
  void zeroFillsAsManyBytesAndNoMore(long byteSize) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(byteSize + 2 * GUARD);
      memory.fill(FULL);
      RawMemory.zero(memory.address() + GUARD, byteSize);
      for (long offset = 0; offset < memory.byteSize(); offset++) {
        boolean inside = offset >= GUARD && offset < GUARD + byteSize;
        assertEquals(inside ? 0 : FULL, memory.get(ValueLayout.JAVA_BYTE, offset), "at " + offset);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 8, 16, 56, 64, 72, 128})
  void copyWordsCopiesAsManyBytesAndNoMore(long byteSize) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(byteSize + 2 * GUARD, Long.BYTES);
      MemorySegment target = arena.allocate(byteSize + 2 * GUARD, Long.BYTES);
      for (long offset = 0; offset < source.byteSize(); offset++) {
        source.set(ValueLayout.JAVA_BYTE, offset, (byte) (1 + offset));
      }
      RawMemory.copyWords(source.address() + GUARD, target.address() + GUARD, byteSize);
      for (long offset = 0; offset < target.byteSize(); offset++) {
        boolean inside = offset >= GUARD && offset < GUARD + byteSize;
        assertEquals(
            inside ? (byte) (1 + offset) : 0,
            target.get(ValueLayout.JAVA_BYTE, offset),
            "at " + offset);
      }
    }
  }
}
