package org.smalloc4j.classic;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;

/**
 * The system's calls, counted, with a limit on the bytes that are held, and refusals on request:
 * what has to go back when something fails shows in {@link #heldBytes}. Without a lock, as the
 * system's calls are.
 */
final class LimitedMemory implements VirtualMemory {
  /** ENOMEM. */
  private static final int ERRNO = 12;

  private final VirtualMemory os = VirtualMemory.of(System.getProperty("os.name"));
  private final long limit;
  private final AtomicLong heldBytes = new AtomicLong();
  private final AtomicLong mapped = new AtomicLong();
  private final AtomicInteger releasesToRefuse = new AtomicInteger();
  private volatile boolean resizes = true;

  LimitedMemory(long limit) {
    this.limit = limit;
  }

  /** Returns the bytes mapped and not unmapped. */
  long heldBytes() {
    return heldBytes.get();
  }

  /** Returns how often something was mapped. */
  long mapped() {
    return mapped.get();
  }

  /** Refuses so many releases from now on. */
  void refuseReleases(int count) {
    releasesToRefuse.set(count);
  }

  /** From now on nothing is resized, as on a system that has no such call. */
  void refuseResizes() {
    resizes = false;
  }

  private boolean tryTake(long byteSize) {
    if (heldBytes.addAndGet(byteSize) <= limit) {
      return true;
    }
    heldBytes.addAndGet(-byteSize);
    return false;
  }

  @Override
  public long reserve(long hint, long byteSize) throws OsException {
    if (!tryTake(byteSize)) {
      throw new OsException("mmap of " + byteSize + " bytes beyond the limit of " + limit, ERRNO);
    }
    mapped.getAndIncrement();
    return os.reserve(hint, byteSize);
  }

  @Override
  public void release(long address, long byteSize) throws OsException {
    if (releasesToRefuse.getAndUpdate(count -> Math.max(0, count - 1)) > 0) {
      throw new OsException("munmap", ERRNO);
    }
    os.release(address, byteSize);
    heldBytes.addAndGet(-byteSize);
  }

  @Override
  public long resize(long address, long byteSize, long newByteSize, boolean mayMove) {
    if (!resizes || !tryTake(newByteSize - byteSize)) {
      return 0;
    }
    long resized = os.resize(address, byteSize, newByteSize, mayMove);
    if (resized == 0) {
      heldBytes.addAndGet(byteSize - newByteSize);
    }
    return resized;
  }

  @Override
  public boolean advise(long address, long byteSize, Advice advice) {
    return os.advise(address, byteSize, advice);
  }

  @Override
  public long discard(long address, long byteSize) throws OsException {
    return os.discard(address, byteSize);
  }

  @Override
  public long osPageBytes() {
    return os.osPageBytes();
  }
}
