package org.smalloc4j.bench.allocator;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** Loads, stores and copies at absolute addresses. */
public final class OffHeap {

  private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private OffHeap() {}

  public static byte loadByte(long address) {
    return MEMORY.get(JAVA_BYTE, address);
  }

  public static void storeByte(long address, byte value) {
    MEMORY.set(JAVA_BYTE, address, value);
  }

  public static long loadLong(long address) {
    return MEMORY.get(JAVA_LONG_UNALIGNED, address);
  }

  public static void storeLong(long address, long value) {
    MEMORY.set(JAVA_LONG_UNALIGNED, address, value);
  }

  /** Stores a long in a way that the compiler does not leave out or move out of a loop. */
  public static void storeOpaque(long address, long value) {
    LONG.setOpaque(MEMORY, address, value);
  }

  static void copy(long from, long to, long byteSize) {
    MemorySegment.copy(MEMORY, from, MEMORY, to, byteSize);
  }

  static void zero(long address, long byteSize) {
    MEMORY.asSlice(address, byteSize).fill((byte) 0);
  }
}
