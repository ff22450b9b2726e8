package org.smalloc4j.bench.alternatives;

import java.util.Arrays;
import org.smalloc4j.bench.allocator.ReplayTarget;
import org.smalloc4j.internal.address.RegionLayout;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.RawMemory;
import org.smalloc4j.internal.slab.Region;

/**
 * An allocator for one thread, in one slab of a region of its own: free slots first, then fresh
 * ones, which are claimed in runs from the frontier word. It checks an address as smalloc4j does.
 */
final class OneThreadHeap implements ReplayTarget {

  static final int SLAB = 0;

  /** 4 TiB, so that a process can have two dozen; areas of 2 GiB. */
  private static final int REGION_BITS = 42;

  private static final int RUN_BYTES = 64 << 10;
  private static final int LARGEST_CLASS = 28;

  private final RegionLayout region;
  private final FreeSlots free;
  private final int longestRun;
  private final long ownerId = Thread.currentThread().threadId();
  private final long[] run = new long[SizeClass.COUNT];
  private final long[] runEnd = new long[SizeClass.COUNT];
  private final String name;

  OneThreadHeap(String name, RegionLayout region, FreeSlots free, int longestRun) {
    this.name = name;
    this.region = region;
    this.free = free;
    this.longestRun = longestRun;
    Arrays.setAll(run, sizeClass -> region.area(SLAB, sizeClass));
    Arrays.setAll(runEnd, sizeClass -> region.area(SLAB, sizeClass));
  }

  /** Reserves a region; it stays until the process ends. */
  static RegionLayout reserve() {
    try {
      VirtualMemory os = VirtualMemory.of(System.getProperty("os.name"));
      return Region.reserve(os, REGION_BITS).layout();
    } catch (OsException e) {
      throw new IllegalStateException("no region of 2^" + REGION_BITS + " bytes", e);
    }
  }

  @Override
  public long malloc(int id, long byteSize) {
    int sizeClass = SizeClass.of(byteSize);
    checkOwner();
    long taken = free.take(sizeClass);
    return taken != FreeSlots.NONE ? taken : fresh(sizeClass);
  }

  private long fresh(int sizeClass) {
    long address = run[sizeClass];
    if (sizeClass > LARGEST_CLASS || address == region.area(SLAB, sizeClass + 1)) {
      return FreeSlots.NONE;
    }
    if (address == runEnd[sizeClass]) {
      claim(sizeClass);
    }
    run[sizeClass] = address + SizeClass.slotBytes(sizeClass);
    return address;
  }

  private void claim(int sizeClass) {
    int slots = Math.clamp(RUN_BYTES >> sizeClass, 1, longestRun);
    long word = region.frontierWord(SLAB, sizeClass);
    long frontier = RawMemory.loadAcquire(word);
    if (!RawMemory.casVolatile(word, frontier, frontier + slots)) {
      throw new AssertionError("another thread claimed a run");
    }
    runEnd[sizeClass] += (long) slots << sizeClass;
  }

  @Override
  public void free(int id, long address) {
    checkOwner();
    int sizeClass = region.classOf(address);
    if (region.offsetInSlot(address, sizeClass) != 0
        || address < region.base()
        || address >= run[sizeClass]) {
      throw new IllegalArgumentException("0x" + Long.toHexString(address) + " is not a block");
    }
    free.tryPut(sizeClass, address);
  }

  private void checkOwner() {
    if (Thread.currentThread().threadId() != ownerId) {
      throw new IllegalStateException(name + " is for one thread");
    }
  }

  @Override
  public long calloc(int id, long byteSize) {
    long address = malloc(id, byteSize);
    RawMemory.zero(address, byteSize);
    return address;
  }

  @Override
  public long aligned(int id, long byteSize, long byteAlignment) {
    return malloc(id, Math.max(byteSize, byteAlignment));
  }

  @Override
  public long realloc(int id, long address, long oldByteSize, long byteSize) {
    if (byteSize <= SizeClass.slotBytes(region.classOf(address))) {
      return address;
    }
    long moved = malloc(id, byteSize);
    RawMemory.copy(address, moved, oldByteSize);
    free(id, address);
    return moved;
  }

  @Override
  public String version() {
    return name;
  }
}
