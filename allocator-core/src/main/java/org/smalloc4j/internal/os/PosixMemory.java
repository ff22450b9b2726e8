package org.smalloc4j.internal.os;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * {@link VirtualMemory} over mmap, madvise, mincore and munmap of the C library. Calls on one
 * instance take turns: they share the segment that errno goes to, and mincore's buffer.
 */
final class PosixMemory implements VirtualMemory {
  /** What each of the calls returns when it fails; mmap too, which does not return null. */
  private static final long FAILED = -1;

  /** OS pages asked about in one mincore call, a byte each. */
  private static final long MINCORE_BATCH = 1 << 14;

  /** The bit of mincore's answer that means something, in eight answers. */
  private static final long RESIDENT = 0x0101_0101_0101_0101L;

  private final PosixConstants constants;
  private final CLibrary c = CLibrary.get();
  private final MemorySegment callState;
  private final MemorySegment residency;
  private final long osPageBytes;

  PosixMemory(PosixConstants constants) {
    this.constants = constants;
    Arena arena = Arena.ofAuto();
    callState = arena.allocate(Linker.Option.captureStateLayout());
    residency = arena.allocate(MINCORE_BATCH, Long.BYTES);
    osPageBytes = c.prepare(callState);
  }

  @Override
  public synchronized long reserve(long hint, long byteSize) throws OsException {
    return map(hint, byteSize, constants.mapFlags());
  }

  @Override
  public synchronized boolean advise(long address, long byteSize, Advice advice) {
    // No switch: over an enum it would make a class at its first call.
    int number = advice == Advice.NO_HUGE_PAGES ? constants.noHugePages() : constants.noCoreDump();
    // A refusal: a kernel built without the feature, so there is nothing to avoid.
    return number != PosixConstants.NONE && madvise(address, byteSize, number);
  }

  @Override
  public synchronized long discard(long address, long byteSize) throws OsException {
    long backed = backedBytes(address, byteSize);
    if (backed > 0) {
      if (constants.dontNeed() == PosixConstants.NONE) {
        map(address, byteSize, constants.mapFlags() | PosixConstants.MAP_FIXED);
      } else if (!madvise(address, byteSize, constants.dontNeed())) {
        throw failure("madvise(" + constants.dontNeed() + ")", address, byteSize);
      }
    }
    return backed;
  }

  @Override
  public synchronized void release(long address, long byteSize) throws OsException {
    if ((int) c.call(c.munmap(), callState, address, byteSize, 0) == FAILED) {
      throw failure("munmap", address, byteSize);
    }
  }

  @Override
  public long osPageBytes() {
    return osPageBytes;
  }

  @Override
  public DeferredCall releaseLater(long address, long byteSize) {
    return new DeferredCall(
        c.call(), List.of(c.munmap(), callState, address, byteSize, 0L, 0L, 0L, 0L));
  }

  @Override
  public String whyRefused(OsException refusal, long byteSize) {
    return constants.equals(PosixConstants.LINUX)
        ? LinuxLimits.now().whyRefused(refusal.errno(), byteSize)
        : VirtualMemory.super.whyRefused(refusal, byteSize);
  }

  private long map(long address, long byteSize, int flags) throws OsException {
    long mapped =
        c.call(c.mmap(), callState, address, byteSize, PosixConstants.READ_WRITE, flags, -1, 0);
    if (mapped == FAILED) {
      throw failure("mmap", address, byteSize);
    }
    return mapped;
  }

  private boolean madvise(long address, long byteSize, int advice) {
    return (int) c.call(c.madvise(), callState, address, byteSize, advice) != FAILED;
  }

  private long backedBytes(long address, long byteSize) throws OsException {
    long pages = byteSize / osPageBytes;
    long backed = 0;
    for (long page = 0; page < pages; page += MINCORE_BATCH) {
      backed += backedPages(address + page * osPageBytes, Math.min(pages - page, MINCORE_BATCH));
    }
    return backed * osPageBytes;
  }

  private int backedPages(long address, long pages) throws OsException {
    long answers = residency.address();
    long end = answers + pages;
    RawMemory.storePlain(answers + ((pages - 1) & -Long.BYTES), 0); // the call may not fill it up
    if ((int) c.call(c.mincore(), callState, address, pages * osPageBytes, answers) == FAILED) {
      throw failure("mincore", address, pages * osPageBytes);
    }
    int backed = 0;
    for (long answer = answers; answer < end; answer += Long.BYTES) {
      backed += Long.bitCount(RawMemory.loadPlain(answer) & RESIDENT);
    }
    return backed;
  }

  private OsException failure(String call, long address, long byteSize) {
    int errno = CLibrary.errno(callState);
    return new OsException(
        call + " of " + byteSize + " bytes at 0x" + Long.toHexString(address), errno);
  }
}
