package org.smalloc4j.arena;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request that did not fit where an arena counts up, and the segment that answers it. */
final class Request {
  final long byteSize;
  final long byteAlignment;

  /** The bytes it takes: one at least, so that every address is given once. */
  final long taken;

  private final boolean wantsSegment;
  private @Nullable MemorySegment segment;

  Request(long byteSize, long byteAlignment, boolean wantsSegment) {
    if (byteSize < 0) {
      throw new IllegalArgumentException("byteSize is " + byteSize + "; expected 0 bytes or more");
    }
    if (byteAlignment <= 0 || (byteAlignment & (byteAlignment - 1)) != 0) {
      throw new IllegalArgumentException(
          "byteAlignment is " + byteAlignment + "; expected a power of two");
    }
    this.byteSize = byteSize;
    this.byteAlignment = byteAlignment;
    this.taken = Math.max(byteSize, 1);
    this.wantsSegment = wantsSegment;
  }

  /** Makes the segment, if there shall be one: the last thing that can fail. */
  void answer(Block block, long start) {
    if (wantsSegment) {
      segment = block.memory.asSlice(start - block.base, byteSize);
    }
  }

  MemorySegment segment() {
    return Objects.requireNonNull(segment, "no segment was wanted, or none made");
  }
}
