package org.smalloc4j.observe;

import java.util.concurrent.atomic.AtomicInteger;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;

/** An allocator of a few slots of 64 bytes, which no memory is behind: an address is a number. */
public final class FewSlots implements Allocator {

  /** The usable size of a slot. */
  public static final long SLOT_BYTES = 64;

  private final int slots;
  private final AtomicInteger live = new AtomicInteger();

  /** Creates an allocator whose slots are free. */
  public FewSlots(int slots) {
    this.slots = slots;
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    long address = tryMalloc(byteSize, byteAlignment);
    if (address == NULL) {
      throw new OutOfMemoryError("all slots are live");
    }
    return address;
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    while (true) {
      int before = live.get();
      int slot = Integer.numberOfTrailingZeros(~before);
      if (slot >= slots) {
        return NULL;
      }
      if (live.compareAndSet(before, before | 1 << slot)) {
        return (slot + 1) * SLOT_BYTES;
      }
    }
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    return malloc(byteSize, byteAlignment);
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    throw new UnsupportedOperationException("a slot has one size");
  }

  @Override
  public void free(long address) {
    int bit = 1 << (address / SLOT_BYTES - 1);
    while (true) {
      int before = live.get();
      if ((before & bit) == 0) {
        throw new IllegalStateException("double free of " + address);
      }
      if (live.compareAndSet(before, before & ~bit)) {
        return;
      }
    }
  }

  @Override
  public long usableSize(long address) {
    return SLOT_BYTES;
  }

  @Override
  public boolean owns(long address) {
    return address > 0 && address <= slots * SLOT_BYTES && address % SLOT_BYTES == 0;
  }

  @Override
  public AllocatorStats stats() {
    throw new UnsupportedOperationException("the slots tell nothing");
  }

  @Override
  public long trim() {
    return 0;
  }

  @Override
  public void close() {}
}
