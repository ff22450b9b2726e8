package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that are not the start of a block, and what the refusals say. */
interface AllocatorAddressErrorsContract extends AllocatorContract {

  /** Fails unless every method refuses the address with the reason, and nothing changes. */
  private void assertBad(long address, Object... reason) {
    Class<IllegalArgumentException> type = IllegalArgumentException.class;
    AllocatorStats before = allocator().stats();
    assertFalse(allocator().owns(address));
    assertRefused(type, () -> allocator().free(address), reason);
    assertRefused(type, () -> allocator().realloc(address, 8), reason);
    assertRefused(type, () -> allocator().realloc(address, 8, 16), reason);
    assertRefused(type, () -> allocator().realloc(address, 100_000), reason);
    assertRefused(type, () -> allocator().usableSize(address), reason);
    assertRefused(type, () -> allocator().free(OffHeap.segmentAt(address)), reason);
    assertRefused(type, () -> allocator().reallocate(OffHeap.segmentAt(address), 8), reason);
    assertRefused(type, () -> allocator().free(address), Long.toHexString(address));
    UnchangedFigures.check(before, allocator().stats(), "figures after refused calls");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 4, 4096, -1, -4, -4096, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 62})
  default void anAddressThatNoRegionHoldsIsOutside(long address) {
    assumeTrue(checksAddressesExactly());
    long live = allocator().malloc(64);
    assertBad(address, "outside");
    allocator().free(live);
  }

  @Test
  default void anAddressOfTheJdksMemoryIsOutside() {
    assumeTrue(checksAddressesExactly());
    try (Arena arena = Arena.ofConfined()) {
      assertBad(arena.allocate(64, 64).address(), "outside");
    }
  }

  @Test
  default void anAddressOfAnotherAllocatorIsOutside() {
    assumeTrue(checksAddressesExactly());
    try (Allocator other = newAllocator()) {
      long address = other.malloc(64);
      assertBad(address, "outside");
      other.free(address);
    }
  }

  @Test
  default void anAddressInsideASlotIsRefusedWithItsOffset() {
    assumeTrue(checksAddressesExactly());
    for (long byteSize : new long[] {4, 8, 64, 1000, 4096}) {
      long p = allocator().malloc(byteSize);
      for (long offset = 1; offset < allocator().usableSize(p); offset += 1 + offset / 16) {
        assertBad(p + offset, "inside a slot", "offset " + offset);
      }
      allocator().free(p);
    }
  }

  @Test
  default void anAddressDeepInsideALargeSlotIsRefusedWithItsOffset() {
    assumeTrue(checksAddressesExactly());
    long p = allocator().malloc(largestBlock());
    for (long offset = 1; offset < largestBlock(); offset = offset << 1 | offset & 1) {
      assertBad(p + offset, "inside a slot", "offset " + offset);
    }
    assertBad(p + largestBlock() - 1, "inside a slot", "offset " + (largestBlock() - 1));
    allocator().free(p);
  }

  @Test
  default void anAddressInsideAFreedSlotIsRefusedWithItsOffset() {
    assumeTrue(checksAddressesExactly());
    long p = allocator().malloc(64);
    allocator().free(p);
    assertBad(p + 20, "inside a slot", "offset 20");
  }

  @Test
  default void aSlotThatWasNeverHandedOutIsRefused() {
    assumeTrue(checksAddressesExactly());
    for (long byteSize : new long[] {4, 64, 4096, largestBlock()}) {
      long p = allocator().malloc(byteSize);
      assertBad(p + allocator().usableSize(p), "never handed out");
      allocator().free(p);
    }
  }

  @Test
  default void nullHasNoUsableSize() {
    assertRefused(IllegalArgumentException.class, () -> allocator().usableSize(Allocator.NULL));
  }
}
