package org.smalloc4j.classic;

import java.util.concurrent.atomic.AtomicLong;
import org.smalloc4j.Allocator;
import org.smalloc4j.OffHeap;
import org.smalloc4j.internal.os.ForwardingMemory;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.observe.ForwardingAllocator;

/** Bytes that a system and an allocator share, and cannot exceed together. */
final class Budget {
  private static final int ENOMEM = 12;

  private final AtomicLong left;

  Budget(long bytes) {
    left = new AtomicLong(bytes);
  }

  private boolean take(long bytes) {
    if (left.addAndGet(-bytes) >= 0) {
      return true;
    }
    left.addAndGet(bytes);
    return false;
  }

  /** Returns the system, as far as the budget goes. */
  VirtualMemory memory() {
    return new ForwardingMemory() {
      @Override
      public long reserve(long hint, long byteSize) throws OsException {
        if (!take(byteSize)) {
          throw new OsException("mmap of " + byteSize + " bytes", ENOMEM);
        }
        return super.reserve(hint, byteSize);
      }

      @Override
      public void release(long address, long byteSize) throws OsException {
        super.release(address, byteSize);
        left.addAndGet(byteSize);
      }
    };
  }

  /** Returns the C library's allocator, as far as the budget goes. */
  Allocator allocator() {
    return new Limited();
  }

  private final class Limited extends ForwardingAllocator {
    Limited() {
      super(SystemAllocator.instance());
    }

    /** Whole 64 bytes: which of two usable sizes a block gets is up to C's leftovers. */
    private long counted(long address) {
      return usableSize(address) & -64;
    }

    @Override
    public long malloc(long byteSize, long byteAlignment) {
      long address = tryMalloc(byteSize, byteAlignment);
      if (address == NULL) {
        throw new OutOfMemoryError(byteSize + " bytes at alignment " + byteAlignment);
      }
      return address;
    }

    @Override
    public long tryMalloc(long byteSize, long byteAlignment) {
      long address = super.tryMalloc(byteSize, byteAlignment);
      if (address == NULL || take(counted(address))) {
        return address;
      }
      super.free(address);
      return NULL;
    }

    @Override
    public long calloc(long byteSize, long byteAlignment) {
      long address = malloc(byteSize, byteAlignment);
      OffHeap.fill(address, byteSize, (byte) 0);
      return address;
    }

    @Override
    public long realloc(long address, long byteSize, long byteAlignment) {
      long moved = malloc(byteSize, byteAlignment);
      long kept = Math.min(byteSize, usableSize(address));
      for (long i = 0; i < kept; i++) {
        OffHeap.storeByte(moved + i, OffHeap.loadByte(address + i));
      }
      free(address);
      return moved;
    }

    @Override
    public void free(long address) {
      if (address != NULL) {
        left.addAndGet(counted(address));
      }
      super.free(address);
    }
  }
}
