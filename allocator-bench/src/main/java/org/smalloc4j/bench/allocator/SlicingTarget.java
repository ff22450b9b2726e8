package org.smalloc4j.bench.allocator;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@link SegmentAllocator#slicingAllocator} over a fixed segment, begun anew when nothing is live.
 *
 * <p>It frees all or nothing, so it can take part only where everything is freed now and then. For
 * one thread.
 */
final class SlicingTarget implements ReplayTarget {

  private static final long BYTES = 256 << 20;

  /** What malloc guarantees on 64-bit Linux. */
  private static final long ALIGNMENT = 16;

  private final MemorySegment segment = Arena.global().allocate(BYTES, ALIGNMENT);
  private SegmentAllocator slices = SegmentAllocator.slicingAllocator(segment);
  private int live;

  @Override
  public long malloc(int id, long byteSize) {
    return aligned(id, byteSize, ALIGNMENT);
  }

  @Override
  public long calloc(int id, long byteSize) {
    long address = aligned(id, byteSize, ALIGNMENT);
    OffHeap.zero(address, byteSize);
    return address;
  }

  @Override
  public long aligned(int id, long byteSize, long byteAlignment) {
    live++;
    return slices.allocate(Math.max(1, byteSize), byteAlignment).address();
  }

  @Override
  public long realloc(int id, long address, long oldByteSize, long byteSize) {
    long moved = slices.allocate(byteSize, ALIGNMENT).address();
    OffHeap.copy(address, moved, Math.min(oldByteSize, byteSize));
    return moved;
  }

  @Override
  public void free(int id, long address) {
    live--;
    if (live == 0) {
      slices = SegmentAllocator.slicingAllocator(segment);
    }
  }

  @Override
  public String version() {
    return "SegmentAllocator.slicingAllocator, Java " + Runtime.version().feature();
  }
}
