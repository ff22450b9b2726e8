package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.Crowd;
import org.smalloc4j.OffHeap;

/** Addresses that are not a live block's, and free slots that were written to. */
@ParameterizedClass
@EnumSource(OwnerSearch.class)
class SlabAddressTest {
  private static final Class<IllegalArgumentException> STRAY = IllegalArgumentException.class;
  private static final Class<IllegalStateException> FREED = IllegalStateException.class;

  private final SpinLockSlabAllocator allocator;

  SlabAddressTest(OwnerSearch search) {
    allocator = SpinLockSlabAllocator.builder().ownerSearch(search).build();
  }

  @AfterEach
  void close() {
    allocator.close();
  }

  private void assertStray(long address, Object... reason) {
    AllocatorStats before = allocator.stats();
    assertFalse(allocator.owns(address));
    Refused.with(STRAY, () -> allocator.free(address), reason);
    Refused.with(STRAY, () -> allocator.free(address), Long.toHexString(address));
    Refused.with(STRAY, () -> allocator.realloc(address, 8), reason);
    Refused.with(STRAY, () -> allocator.realloc(address, 5000, 64), reason);
    Refused.with(STRAY, () -> allocator.usableSize(address), reason);
    assertEquals(before, allocator.stats());
  }

  @Test
  void anAddressInNoSlabIsOutside() {
    long small = allocator.malloc(64);
    long large = allocator.malloc(100_000);
    for (long address : new long[] {1, 8, 4096, -1, -4096, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertStray(address, "outside");
    }
    assertStray(large + 8, "outside");
    assertStray(large + 4096, "outside");
    allocator.free(small);
    allocator.free(large);
  }

  @Test
  void anAddressOfSomebodyElseIsOutside() {
    try (Arena arena = Arena.ofConfined();
        SpinLockSlabAllocator other = SpinLockSlabAllocator.builder().build()) {
      assertStray(arena.allocate(64, 64).address(), "outside");
      assertStray(other.malloc(64), "outside");
      assertStray(other.malloc(5000), "outside");
      long c = SystemAllocator.instance().malloc(5000);
      assertStray(c, "outside");
      SystemAllocator.instance().free(c);
    }
  }

  @Test
  void anAddressInsideASlotIsRefusedWithItsOffset() {
    for (long byteSize = 8; byteSize <= 1024; byteSize <<= 1) {
      long p = allocator.malloc(byteSize);
      for (long offset = 1; offset < byteSize; offset++) {
        assertStray(p + offset, "inside a slot of " + byteSize + " bytes", "offset " + offset);
      }
      allocator.free(p);
      assertStray(p + byteSize / 2, "inside a slot", "offset " + byteSize / 2);
    }
  }

  @Test
  void aSlotThatWasNeverHandedOutIsRefused() {
    for (long byteSize = 8; byteSize <= 1024; byteSize <<= 1) {
      long p = allocator.malloc(byteSize);
      assertStray(p + byteSize, "never handed out");
      allocator.free(p);
      assertStray(p + byteSize, "never handed out");
    }
  }

  @Test
  void everySecondFreeIsCaughtHoweverManyCallsAreInBetween() {
    List<Long> freed = new ArrayList<>();
    long kept = allocator.malloc(64);
    for (int i = 0; i < 63; i++) {
      freed.add(allocator.malloc(64));
    }
    freed.forEach(allocator::free);
    AllocatorStats before = allocator.stats();
    for (long p : freed) {
      String hex = Long.toHexString(p);
      Refused.with(FREED, () -> allocator.free(p), "double free", hex);
      Refused.with(FREED, () -> allocator.realloc(p, 8), hex);
      Refused.with(FREED, () -> allocator.realloc(p, 5000), hex);
      Refused.with(FREED, () -> allocator.usableSize(p), hex);
      assertTrue(allocator.owns(p), "it was handed out");
    }
    assertEquals(before, allocator.stats());
    allocator.free(kept);
  }

  @Test
  void aBlockThatThreadsFreeAtOnceIsFreedOnce() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      long p = allocator.malloc(round % 2 == 0 ? 64 : 5000);
      int[] freed = new int[4];
      new Crowd(round)
          .run(
              4,
              Crowd.PLATFORM,
              (index, _) -> {
                try {
                  allocator.free(p);
                  freed[index] = 1;
                } catch (IllegalStateException | IllegalArgumentException refused) {
                  freed[index] = 0;
                }
              });
      assertEquals(1, freed[0] + freed[1] + freed[2] + freed[3]);
    }
    assertEquals(0, allocator.stats().liveBlocks());
  }

  @Test
  void aDamagedLinkIsReportedAndNoBlockIsLost() {
    long a = allocator.malloc(1024);
    long b = allocator.malloc(1024);
    allocator.free(a);
    allocator.free(b);
    for (long link : new long[] {4, -2, Long.MAX_VALUE, 1, 1L << 32}) { // 1 is b's own number
      OffHeap.storeLong(b, link);
      Refused.with(FREED, () -> allocator.malloc(1024), "damaged");
      assertEquals(0, allocator.stats().liveBlocks());
      SlabWalk.check(allocator, List.of());
      long c = allocator.malloc(1024);
      long d = allocator.malloc(1024);
      assertNotEquals(c, d);
      allocator.free(c);
      allocator.free(d);
      if (d != b) {
        allocator.free(allocator.malloc(1024)); // b goes on top again
        long top = allocator.malloc(1024);
        long below = allocator.malloc(1024);
        allocator.free(top == b ? below : top);
        allocator.free(b);
      }
    }
  }

  @Test
  void aLinkToALiveSlotIsDamaged() {
    long a = allocator.malloc(1024);
    long b = allocator.malloc(1024);
    allocator.free(b);
    OffHeap.storeLong(b, 0); // a's number
    Refused.with(FREED, () -> allocator.malloc(1024), "damaged");
    SlabWalk.check(allocator, List.of(a));
    allocator.free(a);
  }

  @Test
  void aLinkThatLeadsPastFreeSlotsIsNoticedWhenTheListEndsTooSoon() {
    Set<Long> blocks = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      blocks.add(allocator.malloc(1024));
    }
    long lowest = blocks.stream().mapToLong(p -> p).min().orElseThrow();
    for (int i = 0; i < 4; i++) {
      allocator.free(lowest + i * 1024L);
    }
    OffHeap.storeLong(lowest + 3 * 1024, 0); // the list is 3, 2, 1, 0: past 2 and 1
    assertEquals(lowest + 3 * 1024, allocator.malloc(1024));
    assertEquals(lowest, allocator.malloc(1024));
    Refused.with(FREED, () -> allocator.malloc(1024), "damaged");
    assertEquals(lowest + 1024, allocator.malloc(1024));
    assertEquals(lowest + 2 * 1024, allocator.malloc(1024));
    assertEquals(1, allocator.classStats().getLast().slabs());
    blocks.forEach(allocator::free);
  }

  @Test
  void nullIsNoBlock() {
    allocator.free(Allocator.NULL);
    assertFalse(allocator.owns(Allocator.NULL));
    Refused.with(STRAY, () -> allocator.usableSize(Allocator.NULL), "outside");
  }
}
