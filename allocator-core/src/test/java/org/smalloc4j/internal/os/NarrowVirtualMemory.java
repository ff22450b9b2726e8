package org.smalloc4j.internal.os;

/** The system's memory with fewer addresses: refuses to reserve more than so many in a row. */
public final class NarrowVirtualMemory implements VirtualMemory {
  private final VirtualMemory system = VirtualMemory.of(System.getProperty("os.name"));
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
    return system.reserve(hint, byteSize);
  }

  @Override
  public boolean advise(long address, long byteSize, Advice advice) {
    return system.advise(address, byteSize, advice);
  }

  @Override
  public long discard(long address, long byteSize) throws OsException {
    return system.discard(address, byteSize);
  }

  @Override
  public void release(long address, long byteSize) throws OsException {
    system.release(address, byteSize);
  }

  @Override
  public long osPageBytes() {
    return system.osPageBytes();
  }
}
