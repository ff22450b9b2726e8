package org.smalloc4j;

import java.lang.foreign.MemorySegment;
import org.smalloc4j.internal.raw.RawMemory;

/** A block just allocated, as a segment: it goes back if the Java heap has no room for that. */
final class AllocatedSegment {
  private AllocatedSegment() {}

  /** Returns the block as a segment in the global scope, or frees it and throws. */
  static MemorySegment of(Allocator allocator, long address, long byteSize) {
    try {
      return RawMemory.segment(address, byteSize);
    } catch (Throwable noRoom) {
      allocator.free(address);
      throw noRoom;
    }
  }
}
