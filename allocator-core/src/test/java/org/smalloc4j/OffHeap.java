package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

/** Reads and writes memory by its address, as a client of {@link Allocator#malloc} does. */
public final class OffHeap {
  @SuppressWarnings("restricted")
  private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private OffHeap() {}

  /** Loads 8 bytes from any address. */
  public static long loadLong(long address) {
    return MEMORY.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  /** Stores 8 bytes at any address. */
  public static void storeLong(long address, long value) {
    MEMORY.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
  }

  /** Loads 4 bytes from any address. */
  public static int loadInt(long address) {
    return MEMORY.get(ValueLayout.JAVA_INT_UNALIGNED, address);
  }

  /** Stores 4 bytes at any address. */
  public static void storeInt(long address, int value) {
    MEMORY.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
  }

  /** Loads a byte. */
  public static byte loadByte(long address) {
    return MEMORY.get(ValueLayout.JAVA_BYTE, address);
  }

  /** Stores a byte. */
  public static void storeByte(long address, byte value) {
    MEMORY.set(ValueLayout.JAVA_BYTE, address, value);
  }

  /** Writes the same byte to all of a stretch. */
  public static void fill(long address, long byteSize, byte value) {
    MEMORY.asSlice(address, byteSize).fill(value);
  }

  /** Fails unless all bytes of a stretch are zero. */
  public static void assertZero(long address, long byteSize, String context) {
    long offset = 0;
    while (offset <= byteSize - Long.BYTES && loadLong(address + offset) == 0) {
      offset += Long.BYTES;
    }
    while (offset < byteSize && loadByte(address + offset) == 0) {
      offset++;
    }
    if (offset < byteSize) {
      fail(
          String.format(
              Locale.ROOT,
              "%s: byte %d of %d at 0x%x is 0x%02x; expected zero",
              context,
              offset,
              byteSize,
              address,
              loadByte(address + offset)));
    }
  }

  /** Returns a zero-length segment at an address, as native code hands it out. */
  public static MemorySegment segmentAt(long address) {
    return MemorySegment.ofAddress(address);
  }
}
