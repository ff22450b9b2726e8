package org.smalloc4j.classic;

import java.lang.foreign.MemorySegment;
import org.smalloc4j.internal.raw.RawMemory;

/** One segment, all of it at the first call. */
final class FixedGrower implements Grower {
  private final MemorySegment segment;
  private boolean isGiven;

  FixedGrower(MemorySegment segment) {
    RawMemory.nativeAddress(segment); // refuses the Java heap
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException(
          "segment " + segment + " is read-only; expected memory that can be written");
    }
    this.segment = segment;
  }

  @Override
  public MemorySegment grow(long byteSize) {
    if (isGiven) {
      return MemorySegment.NULL;
    }
    isGiven = true;
    return segment;
  }

  @Override
  public String toString() {
    return "Growers.fixed(" + segment.byteSize() + " bytes)";
  }
}
