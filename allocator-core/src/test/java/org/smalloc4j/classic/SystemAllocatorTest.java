package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.OffHeap;
import org.smalloc4j.observe.MeteredAllocator;

/** What {@link SystemAllocator} is by itself; with its blocks listed it keeps the contract. */
class SystemAllocatorTest {
  private final SystemAllocator system = SystemAllocator.instance();

  @Test
  void thereIsOneAndItIsNeverClosed() {
    assertSame(system, SystemAllocator.instance());
    Refused.with(UnsupportedOperationException.class, system::close, "never closed");
    system.free(system.malloc(1));
  }

  @Test
  @SuppressWarnings("restricted")
  void blocksAreThoseOfC() throws Throwable {
    Linker linker = Linker.nativeLinker();
    MemorySegment free = linker.defaultLookup().findOrThrow("free");
    MemorySegment malloc = linker.defaultLookup().findOrThrow("malloc");
    long ours = system.malloc(100);
    linker.downcallHandle(free, FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG)).invokeExact(ours);
    long cs =
        (long)
            linker
                .downcallHandle(
                    malloc, FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG))
                .invokeExact(100L);
    assertTrue(system.usableSize(cs) >= 100);
    system.free(system.realloc(cs, 10_000));
  }

  @Test
  void ownsSaysOnlyWhatCCouldReturn() {
    long p = system.malloc(64);
    assertTrue(system.owns(p));
    assertTrue(system.owns(p + 8), "not known to be none");
    assertFalse(system.owns(p + 1));
    assertFalse(system.owns(Allocator.NULL));
    assertFalse(system.owns(-8));
    system.free(p);
    assertTrue(system.owns(p), "not known to be freed");
  }

  @Test
  void figuresAreNotKnownAndCountedByAMeter() {
    AllocatorStats unknown = new AllocatorStats(0, 0, 0, 0, Long.MAX_VALUE, 0, List.of(), 0);
    MeteredAllocator metered = MeteredAllocator.over(system);
    long p = metered.malloc(1000);
    assertEquals(unknown, system.stats());
    assertEquals(1, metered.liveBlocks());
    assertEquals(system.usableSize(p), metered.liveBytes());
    metered.free(p);
  }

  @Test
  void aTrimSaysNothing() {
    assertEquals(0, system.trim());
  }

  @Test
  void nullIsNoBlock() {
    system.free(Allocator.NULL);
    assertThrows(IllegalArgumentException.class, () -> system.usableSize(Allocator.NULL));
    long p = system.realloc(Allocator.NULL, 10);
    assertTrue(system.usableSize(p) >= 10);
    system.free(p);
  }

  @Test
  void aResizeToNothingIsNoFree() {
    long p = system.realloc(system.malloc(100), 0);
    assertTrue(p != Allocator.NULL);
    assertTrue(system.usableSize(p) > 0);
    system.free(p);
  }

  @Test
  void aResizeKeepsAnAlignmentOnlyWhereItIsAskedFor() {
    long p = system.malloc(100, 4096);
    OffHeap.storeLong(p + 92, 42);
    assertEquals(p, system.realloc(p, 50, 4096));
    p = system.realloc(p, 1 << 20, 1 << 16);
    assertEquals(0, p % (1 << 16));
    assertEquals(42, OffHeap.loadLong(p + 92));
    system.free(p);
  }

  @Test
  void whatIsAboveTwoGibibytesIsRefused() {
    Class<OutOfMemoryError> type = OutOfMemoryError.class;
    long above = (1L << 31) + 1;
    Refused.with(type, () -> system.malloc(above), above, "2 GiB");
    Refused.with(type, () -> system.calloc(above), above, "2 GiB");
    Refused.with(type, () -> system.calloc(8, 1L << 32), 1L << 32, "2 GiB");
    Refused.with(type, () -> system.realloc(Allocator.NULL, above), above, "2 GiB");
    assertEquals(Allocator.NULL, system.tryMalloc(above, 1));
    assertTrue(system.leavesToSystem(above));
    assertFalse(system.leavesToSystem(1L << 31));
    long p = system.malloc(10);
    Refused.with(type, () -> system.realloc(p, above), above, "2 GiB");
    Refused.with(IllegalArgumentException.class, () -> system.realloc(p, -1), -1);
    Refused.with(IllegalArgumentException.class, () -> system.malloc(8, 24), 24);
    system.free(p);
  }
}
