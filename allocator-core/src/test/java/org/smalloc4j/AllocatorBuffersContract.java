package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Blocks as byte buffers: a view of the same memory, in the machine's byte order. */
interface AllocatorBuffersContract extends AllocatorContract {
  /** The JDK's longest view of memory as a buffer. */
  int MOST_BYTES = Integer.MAX_VALUE - 8;

  @Test
  default void aBufferIsAViewOfTheBlockInNativeOrder() {
    long p = allocator().malloc(64);
    ByteBuffer buffer = allocator().byteBuffer(p, 64);
    assertTrue(buffer.isDirect());
    assertFalse(buffer.isReadOnly());
    assertEquals(ByteOrder.nativeOrder(), buffer.order());
    assertEquals(0, buffer.position());
    assertEquals(64, buffer.limit());
    assertEquals(64, buffer.capacity());
    buffer.putLong(0, 0x0102_0304_0506_0708L).putInt(60, 0x7EED_0001);
    assertEquals(0x0102_0304_0506_0708L, OffHeap.loadLong(p));
    assertEquals(0x7EED_0001, OffHeap.loadInt(p + 60));
    OffHeap.storeLong(p + 8, -42);
    assertEquals(-42, buffer.getLong(8));
    allocator().free(p);
  }

  @Test
  default void aBufferEndsWhereItWasAskedToEnd() {
    long p = allocator().malloc(64);
    ByteBuffer three = allocator().byteBuffer(p, 3);
    assertThrows(BufferOverflowException.class, () -> three.putInt(1));
    assertEquals(0, allocator().byteBuffer(p, 0).capacity());
    allocator().free(p);
  }

  @Test
  default void theLargestBufferReachesItsLastByte() {
    int largest = (int) Math.min(MOST_BYTES, largestBlock());
    long p = allocator().malloc(largest);
    ByteBuffer buffer = allocator().byteBuffer(p, largest);
    buffer.put(largest - 1, (byte) 7);
    assertEquals(7, OffHeap.loadByte(p + largest - 1));
    if (largestBlock() > MOST_BYTES) {
      assertRefused(
          IllegalArgumentException.class,
          () -> allocator().byteBuffer(p, MOST_BYTES + 1),
          MOST_BYTES + 1,
          MOST_BYTES);
    }
    allocator().free(p);
  }

  @Test
  default void aBufferBeyondItsBlockIsRefused() {
    long p = allocator().malloc(64);
    int usable = (int) allocator().usableSize(p);
    Class<IllegalArgumentException> type = IllegalArgumentException.class;
    assertEquals(usable, allocator().byteBuffer(p, usable).capacity());
    assertRefused(type, () -> allocator().byteBuffer(p, usable + 1), usable + 1, usable);
    assertRefused(type, () -> allocator().byteBuffer(p, -1), -1);
    assertRefused(type, () -> allocator().byteBuffer(Allocator.NULL, 0));
    if (checksAddressesExactly()) {
      assertRefused(type, () -> allocator().byteBuffer(p + 8, 8), "inside a slot");
    }
    allocator().free(p);
  }
}
