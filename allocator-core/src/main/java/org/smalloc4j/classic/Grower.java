package org.smalloc4j.classic;

import java.lang.foreign.MemorySegment;

/**
 * Where a {@link FirstFitAllocator} takes its memory: a contiguous buffer that grows at its end.
 * Those of this library are in {@link Growers}; any other buffer will do that keeps these rules.
 *
 * <ul>
 *   <li>Each answer begins where the last one ended. The allocator checks that.
 *   <li>The memory is native and can be read and written until {@link #close}. What it contains at
 *       first does not matter.
 *   <li>A grower belongs to one allocator, which calls it by one thread at a time and closes it. It
 *       must not use that allocator.
 * </ul>
 */
@FunctionalInterface
public interface Grower extends AutoCloseable {

  /**
   * Grows the buffer. An answer may be longer than what was asked for, and shorter; the allocator
   * asks again until it has enough or gets nothing. What this throws is thrown by the call of the
   * allocator that needed memory, which has changed nothing then.
   *
   * @param byteSize bytes that are needed, more than 0
   * @return the memory gained; an empty segment if there is no more
   */
  MemorySegment grow(long byteSize);

  /** Gives the memory back, if it is this object's to give. Does nothing by default. */
  @Override
  default void close() {}
}
