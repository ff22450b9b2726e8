package org.smalloc4j.classic;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;

/** OS pages for one state, one at a time, that are used again by later states. */
final class StressMemory implements VirtualMemory {
  private static final VirtualMemory OS = VirtualMemory.of(System.getProperty("os.name"));
  private static final ConcurrentLinkedQueue<Long> FREE = new ConcurrentLinkedQueue<>();

  private final AtomicInteger released = new AtomicInteger();

  /** Returns how often something was released. */
  int released() {
    return released.get();
  }

  @Override
  public long reserve(long hint, long byteSize) throws OsException {
    if (byteSize != OS.osPageBytes()) {
      throw new IllegalArgumentException(byteSize + " bytes; expected an OS page");
    }
    Long used = FREE.poll();
    return used != null ? used : OS.reserve(hint, byteSize);
  }

  /** Counts, and leaves it mapped. */
  @Override
  public void release(long address, long byteSize) {
    released.getAndIncrement();
  }

  /** Gives an OS page to later states. */
  static void recycle(long address) {
    FREE.add(address);
  }

  @Override
  public boolean advise(long address, long byteSize, Advice advice) {
    return false;
  }

  @Override
  public long discard(long address, long byteSize) {
    return 0;
  }

  @Override
  public long osPageBytes() {
    return OS.osPageBytes();
  }
}
