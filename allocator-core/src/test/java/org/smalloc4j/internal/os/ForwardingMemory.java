package org.smalloc4j.internal.os;

/** The system; subclasses change what they must. */
public class ForwardingMemory implements VirtualMemory {
  private final VirtualMemory system = VirtualMemory.of(System.getProperty("os.name"));

  @Override
  public long reserve(long hint, long byteSize) throws OsException {
    return system.reserve(hint, byteSize);
  }

  @Override
  public long reserveInaccessible(long hint, long byteSize) throws OsException {
    return system.reserveInaccessible(hint, byteSize);
  }

  @Override
  public boolean commit(long address, long byteSize) {
    return system.commit(address, byteSize);
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
  public long backed(long address, long byteSize) {
    return system.backed(address, byteSize);
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
