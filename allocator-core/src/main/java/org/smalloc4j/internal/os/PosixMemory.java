package org.smalloc4j.internal.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * {@link VirtualMemory} over mmap, mprotect, madvise, mincore, mremap and munmap of the C library.
 * Discards on one instance take turns: they share mincore's buffer. No other call waits for a
 * thread. So it may be made under a spin lock, by virtual threads too: one that waits for a monitor
 * leaves its carrier, and may not get one back from those who spin for what it holds.
 */
final class PosixMemory implements VirtualMemory {
  /** OS pages asked about in one mincore call, a byte each. */
  private static final long MINCORE_BATCH = 1 << 14;

  /** OS pages that {@link #backedAbout} looks at. */
  private static final int LOOKS = 16;

  /** The bit of mincore's answer that means something, in eight answers. */
  private static final long RESIDENT = 0x0101_0101_0101_0101L;

  private final CLibrary c = CLibrary.get();
  private final long osPageBytes = c.osPageBytes();
  private final MemorySegment residency = Arena.ofAuto().allocate(MINCORE_BATCH, Long.BYTES);
  private final PosixConstants constants;

  /** Whether the process has what it maps locked, and so filled: mlockall(MCL_FUTURE). */
  private final boolean fillsAtOnce;

  PosixMemory(PosixConstants constants) {
    this.constants = constants;
    fillsAtOnce = rehearse();
  }

  /**
   * Makes each call once: what they link the first time needs Java heap. Returns whether what is
   * mapped is filled at once.
   */
  private boolean rehearse() {
    try {
      long address = map(0, osPageBytes, PosixConstants.READ_WRITE, constants.mapFlags());
      boolean isFilled = backedBytes(address, osPageBytes) != 0;
      RawMemory.storePlain(address, 1);
      commit(address, osPageBytes);
      advise(address, osPageBytes, Advice.NO_HUGE_PAGES);
      discard(address, osPageBytes);
      RawMemory.storePlain(address, 1);
      backedAbout(address, osPageBytes, address);
      drop(address, osPageBytes);
      long resized = resize(address, osPageBytes, osPageBytes, true);
      release(resized == 0 ? address : resized, osPageBytes);
      return isFilled;
    } catch (OsException refused) {
      return false; // so will be what follows, and says so
    }
  }

  @Override
  public long reserve(long hint, long byteSize) throws OsException {
    if (!fillsAtOnce || c.mlock2().address() == 0) {
      return map(hint, byteSize, PosixConstants.READ_WRITE, constants.mapFlags());
    }
    // What cannot be accessed is not filled, and what is locked on its first touch neither.
    long address = reserveInaccessible(hint, byteSize);
    try {
      lock(address, byteSize);
      call("mprotect", c.mprotect(), address, byteSize, PosixConstants.READ_WRITE);
      return address;
    } catch (Throwable refused) {
      AlignedReservation.releaseBecauseOf(refused, this, address, byteSize);
      throw refused;
    }
  }

  @Override
  public long reserveInaccessible(long hint, long byteSize) throws OsException {
    return map(hint, byteSize, PosixConstants.NO_ACCESS, constants.mapFlags());
  }

  @Override
  public boolean commit(long address, long byteSize) {
    return c.call(c.mprotect(), address, byteSize, PosixConstants.READ_WRITE) != CLibrary.FAILED;
  }

  @Override
  public void stopFilling(long address, long byteSize) {
    // No look at equals of a record: what it links keeps our class loader reachable for a while.
    if (constants.guard() != PosixConstants.NONE) {
      c.call(c.madvise(), address, byteSize, constants.guard());
    }
  }

  @Override
  public boolean advise(long address, long byteSize, Advice advice) {
    // No switch: over an enum it would make a class at its first call.
    int number = constants.noCoreDump();
    if (advice != Advice.NO_CORE_DUMP) {
      number = advice == Advice.HUGE_PAGES ? constants.hugePages() : constants.noHugePages();
    }
    // A refusal: a kernel built without the feature, so there is nothing to avoid.
    return number != PosixConstants.NONE
        && c.call(c.madvise(), address, byteSize, number) != CLibrary.FAILED;
  }

  @Override
  public synchronized long discard(long address, long byteSize) throws OsException {
    long backed = backedBytes(address, byteSize);
    // Also if none is: what is swapped out does not count as backed, and is not zero.
    if (constants.dontNeed() == PosixConstants.NONE) {
      int flags = constants.mapFlags() | PosixConstants.MAP_FIXED;
      map(address, byteSize, PosixConstants.READ_WRITE, flags);
    } else if (!drop(address, byteSize)) {
      call("madvise", c.madvise(), address, byteSize, constants.dontNeed());
    }
    return backed;
  }

  @Override
  public synchronized long backed(long address, long byteSize) {
    try {
      return backedBytes(address, byteSize);
    } catch (OsException notTold) {
      return byteSize;
    }
  }

  @Override
  public boolean drop(long address, long byteSize) {
    if (constants.dontNeed() == PosixConstants.NONE) {
      int flags = constants.mapFlags() | PosixConstants.MAP_FIXED;
      return c.call(c.mmap(), address, byteSize, PosixConstants.READ_WRITE, flags, -1, 0)
          != CLibrary.FAILED;
    }
    // Locked memory, by lock or by mlockall, has an advice of its own.
    return c.call(c.madvise(), address, byteSize, constants.dontNeed()) != CLibrary.FAILED
        || c.call(c.madvise(), address, byteSize, PosixConstants.DONT_NEED_LOCKED)
            != CLibrary.FAILED;
  }

  @Override
  public void lock(long address, long byteSize) throws OsException {
    if (c.mlock2().address() == 0) {
      VirtualMemory.super.lock(address, byteSize);
    }
    call("mlock2", c.mlock2(), address, byteSize, PosixConstants.LOCK_ON_FAULT);
  }

  @Override
  public String whyNotLocked(OsException refusal, long byteSize) {
    return constants.equals(PosixConstants.LINUX)
        ? LinuxLimits.now().whyNotLocked(byteSize)
        : VirtualMemory.super.whyNotLocked(refusal, byteSize);
  }

  @Override
  public long backedAbout(long address, long byteSize, long answer) {
    long step = Math.max(byteSize / LOOKS, osPageBytes) & -osPageBytes;
    int looks = 0;
    int backed = 0;
    for (long offset = step / 2 & -osPageBytes; offset < byteSize; offset += step) {
      if (c.call(c.mincore(), address + offset, osPageBytes, answer) == CLibrary.FAILED) {
        return byteSize; // not known
      }
      looks++;
      backed += (int) RawMemory.loadPlain(answer) & 1;
    }
    return byteSize / looks * backed;
  }

  @Override
  public long resize(long address, long byteSize, long newByteSize, boolean mayMove) {
    if (c.mremap().address() == 0) {
      return 0;
    }
    int flags = mayMove ? PosixConstants.MREMAP_MAYMOVE : 0;
    long resized = c.call(c.mremap(), address, byteSize, newByteSize, flags, 0, 0);
    return resized == CLibrary.FAILED ? 0 : resized; // why, nobody asks: there is another way
  }

  @Override
  public void release(long address, long byteSize) throws OsException {
    call("munmap", c.munmap(), address, byteSize, 0);
  }

  @Override
  public long osPageBytes() {
    return osPageBytes;
  }

  @Override
  public DeferredCall releaseLater(long address, long byteSize) {
    return new DeferredCall(c.handle(), List.of(c.munmap(), address, byteSize, 0L, 0L, 0L, 0L));
  }

  @Override
  public String whyRefused(OsException refusal, long byteSize) {
    return constants.equals(PosixConstants.LINUX)
        ? LinuxLimits.now().whyRefused(refusal.errno(), byteSize)
        : VirtualMemory.super.whyRefused(refusal, byteSize);
  }

  private long map(long address, long byteSize, int access, int flags) throws OsException {
    long mapped = c.call(c.mmap(), address, byteSize, access, flags, -1, 0);
    return mapped != CLibrary.FAILED
        ? mapped
        : again("mmap", c.mmap(), address, byteSize, access, flags, -1);
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
    RawMemory.storePlain(answers + ((pages - 1) & -Long.BYTES), 0); // may not be filled up
    call("mincore", c.mincore(), address, pages * osPageBytes, answers);
    int backed = 0;
    for (long i = 0; i < pages; i += Long.BYTES) {
      backed += Long.bitCount(RawMemory.loadPlain(answers + i) & RESIDENT);
    }
    return backed;
  }

  private void call(String name, MemorySegment function, long address, long byteSize, long third)
      throws OsException {
    if (c.call(function, address, byteSize, third) == CLibrary.FAILED) {
      again(name, function, address, byteSize, third, 0, 0);
    }
  }

  /** Makes a call again that has failed, to say why. */
  private static long again(
      String name, MemorySegment function, long address, long byteSize, long c, long d, long e)
      throws OsException {
    CLibrary.Repeated repeated = CLibrary.again(function, address, byteSize, c, d, e, 0);
    boolean failed =
        name.equals("mmap")
            ? repeated.result() == CLibrary.FAILED
            : (int) repeated.result() == CLibrary.FAILED;
    if (failed) {
      String where = " of " + byteSize + " bytes at 0x" + Long.toHexString(address);
      throw new OsException(name + where, repeated.errno());
    }
    return repeated.result();
  }
}
