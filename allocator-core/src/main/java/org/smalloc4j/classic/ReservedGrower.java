package org.smalloc4j.classic;

import java.lang.foreign.MemorySegment;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/** Reserved addresses, given out from the lowest on. */
final class ReservedGrower implements Grower {
  /** What is given out at least, so that few calls come here. */
  private static final long STEP = 64 << 10;

  private final VirtualMemory os;
  private final long maxBytes;

  /** 0 until the first call, and after close. */
  private long base;

  private long given;
  private boolean isClosed;

  ReservedGrower(VirtualMemory os, long maxBytes) {
    this.os = os;
    this.maxBytes = (maxBytes + os.osPageBytes() - 1) & -os.osPageBytes();
  }

  @Override
  public MemorySegment grow(long byteSize) {
    if (isClosed) {
      throw new IllegalStateException(this + " is closed");
    }
    if (base == 0) {
      base = reserve();
    }
    if (byteSize > maxBytes - given) {
      return MemorySegment.NULL;
    }
    long bytes = Math.min(Math.max(byteSize, STEP), maxBytes - given);
    MemorySegment gained = RawMemory.segment(base + given, bytes);
    given += bytes;
    return gained;
  }

  private long reserve() {
    long reserved;
    try {
      reserved = os.reserve(0, maxBytes);
    } catch (OsException refused) {
      String why = os.whyRefused(refused, maxBytes);
      throw (OutOfMemoryError)
          new OutOfMemoryError(this + ": the system refuses the addresses: " + why)
              .initCause(refused);
    }
    os.advise(reserved, maxBytes, VirtualMemory.Advice.NO_HUGE_PAGES);
    return reserved;
  }

  @Override
  public void close() {
    if (base != 0) {
      try {
        os.release(base, maxBytes);
      } catch (OsException refused) {
        throw new IllegalStateException(this + ": the system refuses the release", refused);
      }
    }
    base = 0;
    isClosed = true;
  }

  @Override
  public String toString() {
    return "Growers.reserved(" + maxBytes + ")";
  }
}
