package org.smalloc4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.smalloc4j.AllocatorContract.assertRefused;

import java.lang.foreign.Arena;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smalloc4j.internal.os.FakeVirtualMemory;
import org.smalloc4j.internal.os.OsException;

@ExtendWith(OutOfMemoryFails.class)
class SmallocBuilderTest {

  @ParameterizedTest
  @ValueSource(ints = {27, 46, 0, -1, 64, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void regionBitsOutOfRangeAreRefusedWithValueAndRange(int regionBits) {
    assertRefused(
        IllegalArgumentException.class,
        () -> Smalloc.builder().regionBits(regionBits),
        "regionBits is " + regionBits,
        "28 to 45");
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 29, 30, 31, 32, 33, 36, 40, 43, 44, 45})
  void regionBitsInRangeAreHadExactly(int regionBits) {
    try (Smalloc heap = Smalloc.builder().regionBits(regionBits).build()) {
      AllocatorStats stats = heap.stats();
      assertEquals(1L << regionBits, stats.reservedBytes());
      assertEquals(0, stats.refusedBits());
      long largest = 1L << Math.min(31, regionBits - 13);
      long p = heap.malloc(largest);
      assertEquals(0, p & (largest - 1));
      assertRefused(OutOfMemoryError.class, () -> heap.malloc(largest + 1), largest + 1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, -4096, Long.MIN_VALUE})
  void maxBytesHaveToBePositive(long maxBytes) {
    assertRefused(
        IllegalArgumentException.class,
        () -> Smalloc.builder().maxBytes(maxBytes),
        "maxBytes is " + maxBytes);
  }

  @Test
  void aHeapThatIsPrefaultedServesAsAnyOther() {
    assertRefused(
        IllegalArgumentException.class,
        () -> Smalloc.builder().prefault(-1),
        "bytesPerClass is -1");
    for (boolean owned : new boolean[] {true, false}) {
      try (Smalloc heap = Smalloc.builder().prefault(1 << 16).ownedSlabs(owned).build()) {
        assertEquals(0, heap.stats().takenBytes());
        Block block = Block.write(heap.calloc(1 << 14), 1 << 14, 5);
        block.check();
        heap.free(block.address());
      }
    }
  }

  @Test
  void aLimitOfOneByteServesNothing() {
    try (Smalloc heap = Smalloc.builder().maxBytes(1).build()) {
      assertEquals(Allocator.NULL, heap.tryMalloc(0, 1));
      assertRefused(OutOfMemoryError.class, () -> heap.malloc(0), "maxBytes, 1");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1 << 20, 64 << 20, 100 << 20, 1L << 33, 1L << 40})
  void aLimitWithoutRegionBitsReservesWhatItCanNeedAndCanBeOneBlock(long maxBytes) {
    try (Smalloc heap = Smalloc.builder().maxBytes(maxBytes).build()) {
      long reserved = heap.stats().reservedBytes();
      assertTrue(reserved <= Math.min(1L << 44, maxBytes << 12), "reserved " + reserved);
      long largest = Math.min(Long.highestOneBit(maxBytes), 1L << 31);
      heap.free(heap.malloc(largest));
      assertRefused(OutOfMemoryError.class, () -> heap.malloc(2 * largest), 2 * largest);
    }
  }

  @Test
  void regionBitsBesideALimitAreHadExactly() {
    try (Smalloc heap = Smalloc.builder().maxBytes(64 << 20).regionBits(36).build()) {
      assertEquals(1L << 36, heap.stats().reservedBytes());
      assertRefused(OutOfMemoryError.class, () -> heap.malloc((8 << 20) + 1), "8388608 bytes");
    }
  }

  @Test
  void theDefaultsAreARegionOf16TebibytesWithoutALimit() {
    try (Smalloc heap = Smalloc.create()) {
      AllocatorStats stats = heap.stats();
      assertEquals(1L << 44 >> stats.refusedBits(), stats.reservedBytes());
      assertEquals(Long.MAX_VALUE, stats.limitBytes());
    }
  }

  @Test
  void theNameAppearsInMessagesAndDescription() {
    Smalloc heap = Smalloc.builder().name("order book").build();
    assertTrue(heap.toString().contains("order book"), heap.toString());
    assertRefused(OutOfMemoryError.class, () -> heap.malloc(Long.MAX_VALUE), "order book");
    heap.close();
    assertRefused(IllegalStateException.class, () -> heap.malloc(8), "order book", "closed");
    assertTrue(heap.toString().contains("order book"), heap.toString());
    assertTrue(heap.toString().contains("closed"), heap.toString());
  }

  @Test
  void heapsWithoutANameAreToldApart() {
    try (Smalloc one = Smalloc.create();
        Smalloc other = Smalloc.create()) {
      String name = one.toString().split(",")[0];
      assertTrue(name.contains("heap-"), one.toString());
      assertNotEquals(name, other.toString().split(",")[0]);
    }
  }

  @Test
  void aBuilderMakesAHeapOfItsOwnEachTime() {
    Smalloc.Builder builder = Smalloc.builder().name("twin").regionBits(30);
    try (Smalloc one = builder.build();
        Smalloc other = builder.build()) {
      long p = one.malloc(8);
      assertRefused(IllegalArgumentException.class, () -> other.free(p), "outside");
      one.free(p);
    }
  }

  @Test
  void aSystemThatRefusesEveryRegionIsNamedWithErrnoAndLimits() {
    SmallocBuilder builder =
        new SmallocBuilder().name("refused").virtualMemory(new FakeVirtualMemory(1 << 20, 4096));
    OutOfMemoryError refused = assertThrows(OutOfMemoryError.class, builder::build);
    assertEquals(
        "cannot reserve any region of 2^44 down to 2^28 bytes for heap 'refused': mmap of"
            + " 17592186044416 bytes failed with errno 12 (ENOMEM); raise the process's address"
            + " space (ulimit -v) or its data segment (ulimit -d), allow overcommit"
            + " (vm.overcommit_memory=1), or close other heaps",
        refused.getMessage());
  }

  @Test
  void aCloseThatTheSystemRefusesHasChangedNothing() {
    FakeVirtualMemory os = new FakeVirtualMemory(1L << 44, 1L << 44);
    Smalloc heap = new SmallocBuilder().name("kept").regionBits(30).virtualMemory(os).build();
    os.failAfter(0, new OsException("munmap", 12));
    assertRefused(IllegalStateException.class, heap::close, "stays", "munmap", "errno 12");
    assertEquals(1, os.stretches().size());
    assertTrue(!heap.toString().contains("closed"), heap.toString());
    Arena arena = heap.confinedArena();
    assertThrows(IllegalStateException.class, heap::close);
    arena.close();
    heap.close();
    assertEquals(Map.of(), os.stretches());
    heap.close();
  }

  @Test
  void aHeapThatLocksItsMemoryLocksAllOfIt() {
    FakeVirtualMemory os = new FakeVirtualMemory(1L << 44, 1L << 44);
    SmallocBuilder builder = new SmallocBuilder().regionBits(30).virtualMemory(os);
    builder.build();
    assertEquals(0, os.locked());
    builder.lockMemory(true).build();
    assertEquals(1L << 30, os.locked());
  }

  @Test
  void aRefusedLockNamesTheLimitAndLeavesNothingReserved() {
    FakeVirtualMemory os = new FakeVirtualMemory(1L << 44, 1L << 44);
    SmallocBuilder builder =
        new SmallocBuilder().name("locked").regionBits(30).lockMemory(true).virtualMemory(os);
    os.failAfter(3, new OsException("mlock2", 12)); // after reserve and two pieces of advice
    OutOfMemoryError refused = assertThrows(OutOfMemoryError.class, builder::build);
    assertEquals(
        "cannot lock the memory of heap 'locked': mlock2 failed with errno 12 (ENOMEM); raise the"
            + " limit of locked memory (ulimit -l) to 1073741824 bytes or more",
        refused.getMessage());
    assertEquals(Map.of(), os.stretches());
  }

  @Test
  void aBuildThatFailsInTheMiddleLeavesNothingReserved() {
    boolean failed = true;
    for (int calls = 0; failed; calls++) {
      FakeVirtualMemory os = new FakeVirtualMemory(1L << 44, (1L << 44) + 4096);
      os.failAfter(calls, new StackOverflowError());
      boolean built = false;
      try {
        built = !new SmallocBuilder().regionBits(30).virtualMemory(os).build().toString().isEmpty();
      } catch (StackOverflowError injected) {
        // goes on
      }
      failed = !os.willFail();
      assertEquals(built ? 1 : 0, os.stretches().size(), "after the failure of call " + calls);
      assertTrue(calls < 100);
    }
  }

  @Test
  void aRefusedRegionOfAnExplicitSizeDoesNotStepDown() {
    FakeVirtualMemory os = new FakeVirtualMemory(1L << 39, 4096);
    SmallocBuilder builder = new SmallocBuilder().name("exact").regionBits(40).virtualMemory(os);
    OutOfMemoryError refused = assertThrows(OutOfMemoryError.class, builder::build);
    assertEquals(
        "cannot reserve 2^40 bytes of addresses for heap 'exact': mmap of 1099511627776 bytes"
            + " failed with errno 12 (ENOMEM); raise the process's address space (ulimit -v) or its"
            + " data segment (ulimit -d), allow overcommit (vm.overcommit_memory=1), or close other"
            + " heaps, or build with a smaller regionBits or none",
        refused.getMessage());
    assertEquals(Map.of(), os.stretches());
  }
}
