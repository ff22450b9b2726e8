package org.smalloc4j.bench.pool;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.smalloc4j.Smalloc;
import org.smalloc4j.arena.BumpArena;
import org.smalloc4j.bench.allocator.OffHeap;

/** Ways to allocate some blocks of 64 bytes, write to each and end them all. */
abstract class BumpSource {
  /** Stays reachable: a heap that is not unmaps its blocks. */
  private static final Smalloc HEAP = Smalloc.create();

  static final int BLOCKS = 100;
  private static final long BYTE_SIZE = 64;

  abstract void round();

  static BumpSource of(String name) {
    Smalloc heap = HEAP;
    return switch (name) {
      case "bump-arena" -> new OfBumpArena(heap);
      case "bump-arena-segments" -> new OfBumpArenaSegments(heap);
      case "slicing" -> new OfSlicing();
      case "jdk-arena" -> new OfJdkArena();
      case "malloc" -> new OfHeap(heap);
      default -> throw new IllegalArgumentException("no source \"" + name + "\"");
    };
  }

  private static final class OfBumpArena extends BumpSource {
    private final BumpArena arena;

    OfBumpArena(Smalloc heap) {
      arena = BumpArena.over(heap);
    }

    @Override
    void round() {
      for (int i = 0; i < BLOCKS; i++) {
        long block = arena.malloc(BYTE_SIZE, 8);
        OffHeap.storeLong(block, block);
      }
      arena.reset();
    }
  }

  private static final class OfBumpArenaSegments extends BumpSource {
    private final BumpArena arena;

    OfBumpArenaSegments(Smalloc heap) {
      arena = BumpArena.over(heap);
    }

    @Override
    void round() {
      for (int i = 0; i < BLOCKS; i++) {
        long block = arena.allocate(BYTE_SIZE, 8).address();
        OffHeap.storeLong(block, block);
      }
      arena.reset();
    }
  }

  /** The JDK's: one segment that is sliced from its beginning on each time. */
  private static final class OfSlicing extends BumpSource {
    private final MemorySegment memory = Arena.global().allocate(64 << 10, 64);

    @Override
    void round() {
      SegmentAllocator slices = SegmentAllocator.slicingAllocator(memory);
      for (int i = 0; i < BLOCKS; i++) {
        long block = slices.allocate(BYTE_SIZE, 8).address();
        OffHeap.storeLong(block, block);
      }
    }
  }

  private static final class OfJdkArena extends BumpSource {
    @Override
    void round() {
      try (Arena arena = Arena.ofConfined()) {
        for (int i = 0; i < BLOCKS; i++) {
          long block = arena.allocate(BYTE_SIZE, 8).address();
          OffHeap.storeLong(block, block);
        }
      }
    }
  }

  private static final class OfHeap extends BumpSource {
    private final Smalloc heap;
    private final long[] live = new long[BLOCKS];

    OfHeap(Smalloc heap) {
      this.heap = heap;
    }

    @Override
    void round() {
      for (int i = 0; i < BLOCKS; i++) {
        long block = heap.malloc(BYTE_SIZE);
        OffHeap.storeLong(block, block);
        live[i] = block;
      }
      for (long block : live) {
        heap.free(block);
      }
    }
  }
}
