package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smalloc4j.internal.os.ForwardingMemory;
import org.smalloc4j.internal.os.OsException;

/** When slabs go back to the system. */
class SlabReclaimTest {
  private static final int SLABS = 10;
  private static final int SLOTS = 64; // of 64 bytes, in a slab of 4 KiB

  private final AtomicInteger releases = new AtomicInteger();
  private boolean refuses;

  private SpinLockSlabBuilder builder() {
    return SpinLockSlabAllocator.builder()
        .virtualMemory(
            new ForwardingMemory() {
              @Override
              public void release(long address, long byteSize) throws OsException {
                if (refuses) {
                  throw new OsException("munmap", 12);
                }
                releases.incrementAndGet();
                super.release(address, byteSize);
              }
            });
  }

  private static List<Long> fill(SpinLockSlabAllocator allocator) {
    List<Long> live = new ArrayList<>();
    for (int i = 0; i < SLABS * SLOTS; i++) {
      live.add(allocator.malloc(64));
    }
    assertEquals(SLABS * 4096, allocator.stats().reservedBytes());
    return live;
  }

  @ParameterizedTest
  @EnumSource(OwnerSearch.class)
  void withoutReclaimSlabsStayUntilATrim(OwnerSearch search) {
    try (SpinLockSlabAllocator allocator = builder().ownerSearch(search).build()) {
      fill(allocator).forEach(allocator::free);
      assertEquals(0, releases.get());
      assertEquals(SLABS * 4096, allocator.stats().reservedBytes());
      assertEquals(SLABS * 4096, allocator.trim());
      assertEquals(SLABS, releases.get());
      assertEquals(0, allocator.stats().reservedBytes());
      assertEquals(0, allocator.stats().takenBytes());
      assertEquals(0, allocator.trim());
    }
  }

  @ParameterizedTest
  @EnumSource(OwnerSearch.class)
  void withReclaimAllEmptySlabsButOneGoBackAtOnce(OwnerSearch search) {
    try (SpinLockSlabAllocator allocator = builder().ownerSearch(search).reclaim(true).build()) {
      List<Long> live = fill(allocator);
      long kept = live.removeFirst();
      live.forEach(allocator::free);
      assertEquals(SLABS - 2, releases.get(), "all but that of the live block and a spare one");
      assertEquals(2 * 4096, allocator.stats().reservedBytes());
      assertTrue(allocator.owns(kept));
      SlabWalk.check(allocator, List.of(kept));
      allocator.free(kept);
      assertEquals(SLABS - 1, releases.get());
    }
  }

  @Test
  void aPairOnASpareSlabMakesNoSystemCall() {
    try (SpinLockSlabAllocator allocator = builder().reclaim(true).build()) {
      allocator.free(allocator.malloc(64));
      for (int i = 0; i < 1000; i++) {
        allocator.free(allocator.malloc(64));
      }
      assertEquals(0, releases.get());
      assertEquals(1, allocator.classStats().get(3).slabs());
    }
  }

  @Test
  void aBlockOfASlabThatWentBackIsAStrayAddress() {
    try (SpinLockSlabAllocator allocator = builder().build()) {
      long p = allocator.malloc(64);
      allocator.free(p);
      allocator.trim();
      assertFalse(allocator.owns(p));
      Refused.with(IllegalArgumentException.class, () -> allocator.free(p), "outside");
    }
  }

  @ParameterizedTest
  @EnumSource(OwnerSearch.class)
  void whatTheSystemDoesNotTakeIsUsedOn(OwnerSearch search) {
    try (SpinLockSlabAllocator allocator = builder().ownerSearch(search).reclaim(true).build()) {
      List<Long> live = fill(allocator);
      refuses = true;
      live.forEach(allocator::free);
      assertEquals(0, allocator.stats().liveBlocks(), "freed all the same");
      assertEquals(0, allocator.trim());
      assertEquals(SLABS * 4096, allocator.stats().reservedBytes());
      SlabWalk.check(allocator, List.of());
      List<Long> again = fill(allocator);
      SlabWalk.check(allocator, again);
      refuses = false;
      again.forEach(allocator::free);
      allocator.trim();
      assertEquals(0, allocator.stats().reservedBytes());
    }
  }

  @Test
  void aCloseThatTheSystemRefusesSaysSoAndIsFinal() {
    SpinLockSlabAllocator allocator = builder().build();
    allocator.malloc(64);
    refuses = true;
    Refused.with(IllegalStateException.class, allocator::close, "1 slabs");
    assertThrows(IllegalStateException.class, () -> allocator.malloc(1));
    allocator.close();
  }
}
