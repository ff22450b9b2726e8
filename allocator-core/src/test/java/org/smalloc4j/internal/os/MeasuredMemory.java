package org.smalloc4j.internal.os;

import java.util.concurrent.atomic.AtomicLong;

/** The system's memory, of which no more than so many bytes may be accessible. */
public final class MeasuredMemory extends ForwardingMemory {
  private final AtomicLong left;

  /** Refuses to make more than {@code byteSize} bytes accessible together. */
  public MeasuredMemory(long byteSize) {
    left = new AtomicLong(byteSize);
  }

  /** Makes this many bytes less accessible from now on. */
  public void take(long byteSize) {
    left.addAndGet(-byteSize);
  }

  /** Returns how many bytes may still become accessible. */
  public long left() {
    return left.get();
  }

  @Override
  public long reserve(long hint, long byteSize) throws OsException {
    throw new OsException("mmap of " + byteSize + " bytes", FakeVirtualMemory.ERRNO);
  }

  @Override
  public boolean commit(long address, long byteSize) {
    if (left.addAndGet(-byteSize) < 0) {
      left.addAndGet(byteSize);
      return false;
    }
    return super.commit(address, byteSize);
  }
}
