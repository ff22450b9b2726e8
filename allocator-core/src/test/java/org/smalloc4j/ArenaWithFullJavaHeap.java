package org.smalloc4j;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Allocations from arenas in a JVM whose heap has next to nothing left. */
final class ArenaWithFullJavaHeap {
  private static final int ROUNDS = 150;

  private static final Object[] NOTHING = {};
  private static @Nullable Object[] hoard = NOTHING;
  private static int hoarded;
  private static int small;

  private ArenaWithFullJavaHeap() {}

  /** Zeroes without a segment. */
  private static final class NeedsNoJavaHeap extends WrappedAllocator {
    NeedsNoJavaHeap(Allocator inner) {
      super(inner);
    }

    @Override
    public long calloc(long byteSize, long byteAlignment) {
      long address = malloc(byteSize, byteAlignment);
      for (long i = 0; i < byteSize; i++) {
        OffHeap.storeByte(address + i, (byte) 0);
      }
      return address;
    }
  }

  /** Fails by an AssertionError; returns how many allocations the Java heap refused. */
  static String run() {
    int refused = 0;
    for (int kind = 0; kind < 4; kind++) {
      Smalloc heap = Smalloc.builder().ownedSlabs(kind % 2 == 0).build();
      refused += refusals(heap, kind);
      check(heap.stats().liveBlocks() == 0, "live blocks after close");
      Set<Long> distinct = new HashSet<>();
      for (int i = 0; i < 20_000; i++) {
        check(distinct.add(heap.malloc(1 + i % 64)), "a block was freed twice");
      }
      heap.close();
    }
    check(refused > 100, "only " + refused + " refusals");
    return "refused";
  }

  private static int refusals(Smalloc heap, int kind) {
    Allocator frugal = new NeedsNoJavaHeap(heap);
    HeapArena arena = kind < 2 ? frugal.confinedArena() : frugal.sharedArena();
    HeapArena closed = kind < 2 ? frugal.confinedArena() : frugal.sharedArena();
    closed.close();
    exercise(arena, closed);
    Random random = new Random(kind);
    MemorySegment[] kept = new MemorySegment[100_000];
    int keptCount = 0;
    long live = arena.liveBlocks();
    int refused = 0;
    fill();
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = random.nextInt(4); i > 0; i--) {
        hoard[small + random.nextInt(Math.max(1, hoarded - small))] = null;
      }
      try {
        for (int i = 0; i < 200 && keptCount < kept.length; i++) {
          kept[keptCount] = arena.allocate(1 + random.nextInt(64), 8);
          keptCount++;
          live++;
        }
      } catch (OutOfMemoryError javaHeapIsFull) {
        refused++;
      }
      try {
        closed.allocate(8, 8);
        throw new AssertionError("allocated from a closed arena");
      } catch (IllegalStateException expected) {
        // Also where there is no room for the exception.
      }
    }
    long counted = arena.liveBlocks();
    hoard = NOTHING;
    hoarded = 0;
    check(counted == live, "live blocks of the arena");
    arena.close();
    return refused;
  }

  /** Runs every way once, so that nothing is loaded or linked later. */
  private static void exercise(HeapArena arena, HeapArena closed) {
    for (int i = 0; i < 2000; i++) {
      arena.allocate(8, 8);
      try {
        closed.allocate(8, 8);
      } catch (IllegalStateException expected) {
        // As it should be.
      }
    }
    arena.liveBlocks();
  }

  private static void fill() {
    hoard = new Object[1 << 19];
    for (int byteSize = 1 << 16; byteSize >= 1; byteSize >>= 1) {
      small = byteSize == 512 ? hoarded : small;
      try {
        while (hoarded < hoard.length) {
          hoard[hoarded] = new byte[byteSize];
          hoarded++;
        }
      } catch (OutOfMemoryError full) {
        // With smaller ones.
      }
    }
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
