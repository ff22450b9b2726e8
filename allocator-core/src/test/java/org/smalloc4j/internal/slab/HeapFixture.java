package org.smalloc4j.internal.slab;

import java.util.ArrayList;
import java.util.List;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.os.ForwardingMemory;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/** A heap for white-box tests, with its words to be set and its live slots to be checked. */
final class HeapFixture implements AutoCloseable {
  static final VirtualMemory OS = VirtualMemory.of(System.getProperty("os.name"));

  final OwnedHeap whole;
  final SlabHeap heap;
  final SharedWords words;
  final RegionLayout layout;

  HeapFixture(int regionBits, long maxBytes, int processors) {
    this(OS, regionBits, maxBytes, SlabHeap.homeMask(processors));
  }

  private HeapFixture(VirtualMemory os, int regionBits, long maxBytes, int homeMask) {
    try {
      Region region = Region.reserve(os, regionBits);
      whole = OwnedHeap.of(region, new MemoryLimit(maxBytes), homeMask, RegionLayout.SLABS, false);
    } catch (OsException e) {
      throw new AssertionError(e);
    }
    heap = whole.shared();
    words = heap.words();
    layout = words.layout();
  }

  /** The smallest region, unlimited, with a single home slab (0) for every thread. */
  static HeapFixture small() {
    return new HeapFixture(OS, 28, MemoryLimit.UNLIMITED, 0);
  }

  /** The same, in memory that the system never takes back before the end. */
  static HeapFixture refusingDiscards() {
    VirtualMemory refusing =
        new ForwardingMemory() {
          @Override
          public long discard(long address, long byteSize) throws OsException {
            throw new OsException("madvise", 22);
          }
        };
    return new HeapFixture(refusing, 28, MemoryLimit.UNLIMITED, 0);
  }

  void setFrontier(int slab, int sizeClass, long slots) {
    words.inUse().add(slab, sizeClass);
    set(layout.frontierWord(slab, sizeClass), slots);
  }

  void setHead(int slab, int sizeClass, long head) {
    set(layout.headWord(slab, sizeClass), head);
  }

  private void set(long word, long value) {
    while (!RawMemory.casVolatile(word, RawMemory.loadAcquire(word), value)) {
      Thread.onSpinWait();
    }
  }

  void setLink(long slot, int link) {
    RawMemory.storeLinkPlain(slot, link);
  }

  long allocate(int sizeClass) {
    return SlabHeap.address(heap.allocate(sizeClass));
  }

  List<Long> allocate(int sizeClass, int count) {
    List<Long> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      addresses.add(allocate(sizeClass));
    }
    return addresses;
  }

  @Override
  public void close() {
    heap.region().release();
  }
}
