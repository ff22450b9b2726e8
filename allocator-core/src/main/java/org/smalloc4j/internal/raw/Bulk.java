package org.smalloc4j.internal.raw;

import java.lang.foreign.MemorySegment;

/**
 * Copies and clears any number of bytes, in pieces between which a safepoint is reached.
 *
 * <p>A copy is some thousand nodes to C2, which would compile them once more in each method on the
 * way to it: it inlines no method of an exception class into one of another class.
 */
@SuppressWarnings("serial") // there is no object of it
final class Bulk extends Throwable {
  /** What is copied or cleared at once: no thread of the JVM waits longer for a safepoint. */
  private static final long PIECE = 1 << 20;

  private Bulk() {}

  /** As {@link RawMemory#copy}. */
  static void copy(long source, long target, long byteSize) {
    long done = 0;
    for (; byteSize - done > PIECE; done += PIECE) {
      copyPiece(source + done, target + done, PIECE);
      OutOfLine.requireStack(); // a call, and so a safepoint
    }
    copyPiece(source + done, target + done, byteSize - done);
  }

  /** As {@link RawMemory#zero}, by copies alone. */
  static void zero(long address, long byteSize) {
    long done = 0;
    for (; byteSize - done > PIECE; done += PIECE) {
      zeroByCopies(address + done, PIECE);
      OutOfLine.requireStack(); // a call, and so a safepoint
    }
    zeroByCopies(address + done, byteSize - done);
  }

  private static void zeroByCopies(long address, long byteSize) {
    for (long done = 0; done < byteSize; done += RawMemory.ZEROS_BYTES) {
      copyPiece(RawMemory.ZEROS, address + done, Math.min(byteSize - done, RawMemory.ZEROS_BYTES));
    }
  }

  private static void copyPiece(long source, long target, long byteSize) {
    MemorySegment.copy(RawMemory.EVERYTHING, source, RawMemory.EVERYTHING, target, byteSize);
  }
}
