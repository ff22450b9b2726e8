package org.smalloc4j.internal.os;

/** The system's memory with fewer addresses: refuses to reserve more than so many in a row. */
public final class NarrowVirtualMemory extends ForwardingMemory {
  private final long largest;

  /** Refuses above {@code largest} bytes. */
  public NarrowVirtualMemory(long largest) {
    this.largest = largest;
  }

  @Override
  public long reserve(long hint, long byteSize) throws OsException {
    if (byteSize > largest) {
      throw new OsException("mmap of " + byteSize + " bytes", FakeVirtualMemory.ERRNO);
    }
    return super.reserve(hint, byteSize);
  }

  @Override
  public long reserveInaccessible(long hint, long byteSize) throws OsException {
    if (byteSize > largest) {
      throw new OsException("mmap of " + byteSize + " bytes", FakeVirtualMemory.ERRNO);
    }
    return super.reserveInaccessible(hint, byteSize);
  }
}
