package org.smalloc4j.classic;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Deque;
import org.smalloc4j.internal.os.VirtualMemory;

/** Stretches of 4 KiB that states take turns in, since a state would measure mmap otherwise. */
final class SlabMemory implements VirtualMemory {
  static final int STRETCH_BYTES = 4096;

  private static final int STRETCHES = 64;

  private final Deque<Long> free = new ArrayDeque<>();

  @Override
  public synchronized long reserve(long hint, long byteSize) {
    if (free.isEmpty()) {
      long more =
          Arena.global().allocate(STRETCHES * (long) STRETCH_BYTES, STRETCH_BYTES).address();
      for (int i = 0; i < STRETCHES; i++) {
        free.push(more + i * (long) STRETCH_BYTES);
      }
    }
    return free.pop();
  }

  @Override
  public synchronized void release(long address, long byteSize) {
    free.push(address);
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
    return STRETCH_BYTES;
  }
}
