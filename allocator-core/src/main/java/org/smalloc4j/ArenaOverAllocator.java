package org.smalloc4j;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import org.smalloc4j.internal.address.SizeClass;

/**
 * What the arenas of this package have in common: the JDK's {@code allocateFrom} methods over
 * blocks that are not zeroed first. Those that are not named here end in the one that copies a
 * segment.
 */
abstract sealed class ArenaOverAllocator implements HeapArena
    permits ConfinedHeapArena, SharedHeapArena, AutoHeapArena {

  private static final long LARGEST_BLOCK = 1L << SizeClass.LARGEST;

  private SegmentAllocator uninitialized() {
    return this::allocateUninitialized;
  }

  @Override
  public final MemorySegment allocateFrom(String str) {
    return uninitialized().allocateFrom(str);
  }

  @Override
  public final MemorySegment allocateFrom(String str, Charset charset) {
    return uninitialized().allocateFrom(str, charset);
  }

  @Override
  public final MemorySegment allocateFrom(ValueLayout.OfByte layout, byte value) {
    return uninitialized().allocateFrom(layout, value);
  }

  @Override
  public final MemorySegment allocateFrom(ValueLayout.OfChar layout, char value) {
    return uninitialized().allocateFrom(layout, value);
  }

  @Override
  public final MemorySegment allocateFrom(ValueLayout.OfShort layout, short value) {
    return uninitialized().allocateFrom(layout, value);
  }

  @Override
  public final MemorySegment allocateFrom(ValueLayout.OfInt layout, int value) {
    return uninitialized().allocateFrom(layout, value);
  }

  @Override
  public final MemorySegment allocateFrom(ValueLayout.OfFloat layout, float value) {
    return uninitialized().allocateFrom(layout, value);
  }

  @Override
  public final MemorySegment allocateFrom(ValueLayout.OfLong layout, long value) {
    return uninitialized().allocateFrom(layout, value);
  }

  @Override
  public final MemorySegment allocateFrom(ValueLayout.OfDouble layout, double value) {
    return uninitialized().allocateFrom(layout, value);
  }

  @Override
  public final MemorySegment allocateFrom(AddressLayout layout, MemorySegment value) {
    return uninitialized().allocateFrom(layout, value);
  }

  @Override
  public final MemorySegment allocateFrom(
      ValueLayout elementLayout,
      MemorySegment source,
      ValueLayout sourceElementLayout,
      long sourceOffset,
      long elementCount) {
    return uninitialized()
        .allocateFrom(elementLayout, source, sourceElementLayout, sourceOffset, elementCount);
  }

  /**
   * Tells whether a request has to go to the JDK: larger than any block, and the allocator agrees.
   */
  static boolean isTheSystems(Allocator allocator, long byteSize, long byteAlignment) {
    long slotBytes = Math.max(byteSize, byteAlignment);
    return slotBytes > LARGEST_BLOCK && allocator.leavesToSystem(slotBytes);
  }

  /**
   * Returns the address of a segment that an arena with this scope may have allocated.
   *
   * @throws IllegalArgumentException if it is not native or in another scope
   */
  static long addressIn(MemorySegment.Scope scope, MemorySegment segment) {
    if (!segment.isNative() || !segment.scope().equals(scope)) {
      throw new IllegalArgumentException(
          segment
              + " is not of this arena, or was allocated before its last reset; expected a segment"
              + " that this arena has allocated");
    }
    return segment.address();
  }

  static IllegalArgumentException notLive(MemorySegment segment) {
    return new IllegalArgumentException(
        segment
            + " does not start at a live block of this arena: it is inside one, was given back"
            + " already, or is one of more than 2 GiB, which live until the arena ends");
  }
}
