package org.smalloc4j.internal.slab;

import java.util.ArrayList;
import java.util.List;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;

/** A heap for white-box tests, with its words to be set and its live slots to be checked. */
final class HeapFixture implements AutoCloseable {
  static final VirtualMemory OS = VirtualMemory.of(System.getProperty("os.name"));

  final SlabHeap heap;
  final SharedWords words;
  final RegionLayout layout;

  HeapFixture(int regionBits, long maxBytes, int processors) {
    try {
      Region region = Region.reserve(OS, regionBits);
      heap = SlabHeap.in(region, new MemoryLimit(maxBytes), processors);
    } catch (OsException e) {
      throw new AssertionError(e);
    }
    words = heap.words();
    layout = words.layout();
  }

  /** The smallest region, unlimited, with a single home slab (0) for every thread. */
  static HeapFixture small() {
    HeapFixture fixture = new HeapFixture(28, MemoryLimit.UNLIMITED, 1);
    return new HeapFixture(fixture, 0);
  }

  private HeapFixture(HeapFixture other, int homeMask) {
    heap = new SlabHeap(other.heap.region(), other.words, homeMask);
    words = other.words;
    layout = other.layout;
  }

  void setFrontier(int slab, int sizeClass, long slots) {
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
