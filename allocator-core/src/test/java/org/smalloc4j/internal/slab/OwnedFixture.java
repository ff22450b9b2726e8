package org.smalloc4j.internal.slab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.StashLayout;
import org.smalloc4j.internal.os.OsException;

/** A heap with owned slabs for white-box tests. */
final class OwnedFixture implements AutoCloseable {
  /** Home slabs, as with two processors. */
  private static final int HOMES = 8;

  final OwnedHeap heap;
  final SharedWords words;
  final RegionLayout region;
  final StashLayout layout;

  OwnedFixture(int regionBits, long maxBytes) {
    this(regionBits, maxBytes, false);
  }

  private OwnedFixture(int regionBits, long maxBytes, boolean carriersOwn) {
    try {
      Region region = Region.reserve(HeapFixture.OS, regionBits);
      MemoryLimit limit = new MemoryLimit(maxBytes);
      heap = OwnedHeap.of(region, limit, HOMES - 1, HOMES, carriersOwn);
    } catch (OsException e) {
      throw new AssertionError(e);
    }
    words = heap.shared().words();
    layout = heap.layout();
    region = layout.region();
  }

  /** The smallest region, unlimited, in which virtual threads have no slab to use. */
  static OwnedFixture small() {
    return new OwnedFixture(28, MemoryLimit.UNLIMITED);
  }

  /** The same, in which carriers own slabs. */
  static OwnedFixture withCarriers() {
    return new OwnedFixture(28, MemoryLimit.UNLIMITED, true);
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

  /** Moves a block as realloc does. */
  long move(long address, int heldClass, int wantedClass, long byteSize) {
    long target =
        SlabHeap.address(new Resizing(heap).allocateGrown(heldClass, wantedClass, byteSize));
    heap.freeMoved(address, target);
    return target;
  }

  /** The slab of the calling thread. */
  int ownSlab() {
    return heap.directory().own().slab;
  }

  /** Counts the slots of a class in the calling thread's stash. */
  long stashed(int sizeClass) {
    return heap.stash().count(heap.directory().slab(ownSlab()), sizeClass);
  }

  /** Does something in a thread of its own, which is dead afterwards. */
  <T> T inOtherThread(Callable<T> action) {
    return in(Thread.ofPlatform(), action);
  }

  /** Does something in a virtual thread. */
  <T> T inVirtualThread(Callable<T> action) {
    return in(Thread.ofVirtual(), action);
  }

  private static <T> T in(Thread.Builder builder, Callable<T> action) {
    FutureTask<T> task = new FutureTask<>(action);
    try {
      builder.start(task).join();
      return task.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Trims in a thread of its own, while the calling one is at work. Returns the bytes given back.
   */
  long trimInOtherThread() {
    FutureTask<Long> task = new FutureTask<>(new Trim(heap)::trim);
    Thread thread = Thread.ofPlatform().start(task);
    while (thread.isAlive()) {
      Thread.onSpinWait();
    }
    return task.resultNow();
  }

  /** Lets the owners of a heap be idle for so long that others may use what they have. */
  static void letOwnersBeIdle(OwnedHeap idle) {
    waitFor(Idleness.PAUSE_NANOS);
    long now = System.nanoTime();
    for (int slab = 0; slab < RegionLayout.SLABS; slab++) {
      idle.reuse().idleness().look(slab, idle.directory().slab(slab), now);
    }
    waitFor(Idleness.LONG_NANOS + Idleness.PAUSE_NANOS);
  }

  static void waitFor(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start <= nanos) {
      Thread.onSpinWait();
    }
  }

  void checkAtRest(Collection<Long> live) {
    InvariantWalk.check(heap, live);
  }

  @Override
  public void close() {
    heap.shared().region().release();
  }
}
