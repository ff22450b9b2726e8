package org.smalloc4j.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smalloc4j.internal.os.ForwardingMemory;
import org.smalloc4j.internal.os.OsException;

/** Calls that come from inside the allocator, while its own thread has the lock. */
@Timeout(60)
class SlabCallbackTest {
  private Runnable whenReserving = () -> {};
  private Runnable whenReleasing = () -> {};

  private SpinLockSlabAllocator build(OwnerSearch search) {
    return SpinLockSlabAllocator.builder()
        .ownerSearch(search)
        .reclaim(true)
        .virtualMemory(
            new ForwardingMemory() {
              @Override
              public long reserve(long hint, long byteSize) throws OsException {
                whenReserving.run();
                return super.reserve(hint, byteSize);
              }

              @Override
              public void release(long address, long byteSize) throws OsException {
                whenReleasing.run();
                super.release(address, byteSize);
              }
            })
        .build();
  }

  @ParameterizedTest
  @EnumSource(OwnerSearch.class)
  void aMallocFromInsideIsServedByTheFallback(OwnerSearch search) {
    try (SpinLockSlabAllocator allocator = build(search)) {
      List<Long> fromInside = new ArrayList<>();
      whenReserving =
          () -> {
            fromInside.add(allocator.malloc(64));
            fromInside.add(allocator.calloc(8));
            fromInside.add(allocator.tryMalloc(1024, 1024));
            fromInside.add(allocator.realloc(fromInside.getFirst(), 100));
            fromInside.removeFirst();
          };
      long p = allocator.malloc(64);
      assertEquals(3, fromInside.size());
      assertEquals(1, allocator.classStats().get(3).liveBlocks(), "the slabs have one of four");
      for (long address : fromInside) {
        assertTrue(allocator.owns(address));
        assertNotEquals(p, address);
      }
      List<Long> live = new ArrayList<>(fromInside);
      live.add(p);
      SlabWalk.check(allocator, live);
      live.forEach(allocator::free);
      assertEquals(0, allocator.stats().liveBlocks());
    }
  }

  @ParameterizedTest
  @EnumSource(OwnerSearch.class)
  void aFreeFromInsideFreesTheBlockWhereverItIs(OwnerSearch search) {
    try (SpinLockSlabAllocator allocator = build(search)) {
      List<Long> slots = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        slots.add(allocator.malloc(1024)); // two slabs, full
      }
      long large = allocator.malloc(10_000);
      whenReserving =
          () -> {
            allocator.free(slots.removeFirst());
            if (allocator.owns(large)) {
              allocator.free(large);
            }
            allocator.trim();
          };
      slots.add(allocator.malloc(1024));
      SlabWalk.check(allocator, slots);
      whenReserving = () -> {};
      slots.forEach(allocator::free);
      SlabWalk.check(allocator, List.of());
    }
  }

  @ParameterizedTest
  @EnumSource(OwnerSearch.class)
  void callsFromInsideAReleaseAreServed(OwnerSearch search) {
    try (SpinLockSlabAllocator allocator = build(search)) {
      List<Long> slots = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        slots.add(allocator.malloc(1024)); // four slabs
      }
      List<Long> fromInside = new ArrayList<>();
      whenReleasing =
          () -> {
            fromInside.add(allocator.malloc(1024));
            allocator.stats();
            allocator.trim();
            if (!slots.isEmpty()) {
              allocator.free(slots.removeLast());
            }
          };
      while (slots.size() > 1) {
        allocator.free(slots.removeFirst());
      }
      whenReleasing = () -> {};
      assertTrue(!fromInside.isEmpty(), "a slab was released");
      List<Long> live = new ArrayList<>(slots);
      live.addAll(fromInside);
      SlabWalk.check(allocator, live);
      live.forEach(allocator::free);
    }
  }

  @ParameterizedTest
  @EnumSource(OwnerSearch.class)
  void aCloseFromInsideIsRefused(OwnerSearch search) {
    SpinLockSlabAllocator allocator = build(search);
    whenReserving =
        () -> Refused.with(IllegalStateException.class, allocator::close, "from inside");
    allocator.free(allocator.malloc(64));
    allocator.close();
  }

  @ParameterizedTest
  @EnumSource(OwnerSearch.class)
  void aThrowFromInsideChangesNothingAndGivesTheLockBack(OwnerSearch search) {
    try (SpinLockSlabAllocator allocator = build(search)) {
      whenReserving =
          () -> {
            throw new OutOfMemoryError("Java heap space");
          };
      Refused.with(OutOfMemoryError.class, () -> allocator.malloc(64), "Java heap");
      whenReserving = () -> {};
      SlabWalk.check(allocator, List.of());
      allocator.free(allocator.malloc(64));
    }
  }
}
