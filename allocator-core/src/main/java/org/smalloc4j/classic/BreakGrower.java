package org.smalloc4j.classic;

import java.lang.foreign.MemorySegment;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.ProgramBreak;
import org.smalloc4j.internal.raw.RawMemory;

/** The end of the process's data segment, as far as nobody else moves it. */
final class BreakGrower implements Grower {
  private final ProgramBreak programBreak;
  private final long stepBytes;

  /** Where the next gain has to begin; 0 until the first. */
  private long end;

  BreakGrower(ProgramBreak programBreak, long stepBytes) {
    this.programBreak = programBreak;
    this.stepBytes = stepBytes;
  }

  @Override
  public MemorySegment grow(long byteSize) {
    try {
      if (end != 0 && programBreak.extend(0) != end) {
        return MemorySegment.NULL;
      }
      long bytes = Math.ceilDiv(byteSize, stepBytes) * stepBytes;
      long start = programBreak.extend(bytes);
      if (end != 0 && start != end) {
        return MemorySegment.NULL; // moved between the two calls: what was gained is lost
      }
      end = start + bytes;
      return RawMemory.segment(start, bytes);
    } catch (OsException refused) {
      return MemorySegment.NULL;
    }
  }

  @Override
  public String toString() {
    return "Growers.brk(" + stepBytes + ")";
  }
}
