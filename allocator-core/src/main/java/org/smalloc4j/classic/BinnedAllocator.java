package org.smalloc4j.classic;

import java.lang.foreign.MemorySegment;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.internal.os.OsException;
import org.smalloc4j.internal.os.VirtualMemory;
import org.smalloc4j.internal.raw.NativeAccess;
import org.smalloc4j.internal.raw.OutOfLine;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * Bins of powers of two in a bounded number of caches that threads share: the algorithm of
 * rsbmalloc.
 *
 * <p><b>Blocks.</b> A block of up to 16 KiB is a slot of 4 bytes to 16 KiB, the power of two that
 * holds both its size and its alignment, and is aligned to it: {@code usableSize(p)} is a power of
 * two and {@code p % usableSize(p) == 0}. {@code malloc(n)} is therefore aligned to the power of
 * two at or above {@code n}: 4 bytes for {@code n <= 4}, and at least 16, C's alignment, for {@code
 * n > 8}. What is larger, or aligned to more, is a mapping of its own, as of a {@link
 * PageAllocator}: whole OS pages, aligned to an OS page or to what was asked, up to 2 GiB.
 *
 * <p><b>Caches.</b> Each has a bin for each slot size. A thread uses one cache as long as it lives;
 * there are 4 for each processor, each made by the first thread that comes to it, and threads
 * beyond that share. Of {@link #locked} there is one. A bin is filled an OS page at a time, or as
 * many as a slot needs, and never gives one back. A freed slot goes to the cache of the thread that
 * frees it, and only threads of that cache use it again.
 *
 * <p><b>Where it breaks.</b> Blocks that one thread allocates and another frees pile up in the
 * cache of the other: memory grows with the number of blocks that were ever passed on, however few
 * are live. For the same reason malloc can find nothing left while slots are free in other caches;
 * it does not look there. Memory of one slot size is never used for another.
 *
 * <p><b>Threads.</b> Any number, platform and virtual. A call on a slot takes the spin lock of its
 * cache, so it blocks; without rivals that is one compare-and-swap. A bin that needs a page makes a
 * system call under the lock. owns and usableSize are lock-free.
 *
 * <p><b>Misuse.</b> Addresses that no slot and no mapping begins at are refused, by arithmetic and
 * a table of OS pages; so are slots that were never handed out. A second free is caught if the
 * block is the last one that was freed into the cache of the thread that frees it again; else its
 * list is a circle from then on, or two caches have the slot, and blocks are handed out twice. A
 * free slot that was written to is found by the malloc that meets it, if its link leads to no slot
 * that was handed out, or ends the list too early or too late: it throws {@link
 * IllegalStateException}, and the list behind the slot is dropped and counted in {@link
 * AllocatorStats#lostBlocks}. Mappings are checked as a PageAllocator says.
 *
 * <p><b>Errors.</b> A call that ends with an error, also StackOverflowError or OutOfMemoryError of
 * the Java heap, has changed nothing, but for a damaged list.
 *
 * <p><b>Memory.</b> {@link AllocatorStats#reservedBytes} is the bins' OS pages and the live
 * mappings. {@link #trim} has nothing to give. An allocator that is dropped without {@link #close}
 * leaves all of it mapped for good.
 *
 * <p>Source: AWBroch/rsbmalloc. Its free is told the size of the block; here the address leads to
 * it, through a table of OS pages, and slots need no header. What else differs is told in {@code
 * docs/designs/binned.md}.
 */
public final class BinnedAllocator implements Allocator {
  /** Steps of a call: a cache and a slot. */
  private static final int STEPS = 2;

  private final VirtualMemory os;
  private final Bins bins;
  private final PageAllocator large;
  private final Lifetime lifetime;
  private final LongestOperation longest = new LongestOperation();

  /** Creates an allocator with a number of caches over a system's calls. */
  BinnedAllocator(String name, VirtualMemory os, int mostCaches) {
    this.os = os;
    lifetime = new Lifetime(name);
    bins = new Bins(os, mostCaches);
    large = new PageAllocator(os);
  }

  /**
   * Creates an allocator with 4 caches for each processor.
   *
   * @return an allocator of its own, which holds nothing yet
   * @throws IllegalCallerException if native access is denied; the message names the option
   * @throws UnsupportedOperationException if the system is neither Linux nor macOS
   */
  public static BinnedAllocator create() {
    int most = 4 * Runtime.getRuntime().availableProcessors();
    return create("binned allocator", most);
  }

  /**
   * Creates the form for programs without threads of their own, or with few: one cache, behind its
   * spin lock. It uses less memory, finds every free slot, and threads wait for each other.
   *
   * @return an allocator of its own, which holds nothing yet
   * @throws IllegalCallerException if native access is denied; the message names the option
   * @throws UnsupportedOperationException if the system is neither Linux nor macOS
   */
  public static BinnedAllocator locked() {
    return create("locked binned allocator", 1);
  }

  private static BinnedAllocator create(String name, int mostCaches) {
    NativeAccess.check();
    VirtualMemory os = VirtualMemory.of(System.getProperty("os.name"));
    return new BinnedAllocator(name, os, mostCaches);
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    checkCall(byteSize, byteAlignment);
    if (!Bins.hold(byteSize, byteAlignment)) {
      return large.malloc(byteSize, byteAlignment);
    }
    try {
      long address = take(byteSize, byteAlignment);
      if (address == NULL) {
        throw Refusal.of(byteSize, byteAlignment, "there are 2^32 slots of that size already");
      }
      return address;
    } catch (OsException e) {
      String why = "no OS page for its bin: " + e.getMessage() + "; " + os.whyRefused(e, byteSize);
      throw Refusal.of(byteSize, byteAlignment, why);
    }
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    checkCall(byteSize, byteAlignment);
    if (!Bins.hold(byteSize, byteAlignment)) {
      return large.tryMalloc(byteSize, byteAlignment);
    }
    try {
      return take(byteSize, byteAlignment);
    } catch (OsException refused) {
      return NULL;
    }
  }

  private long take(long byteSize, long byteAlignment) throws OsException {
    long address = bins.take(byteSize, byteAlignment);
    longest.note(STEPS);
    return address;
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    long address = malloc(byteSize, byteAlignment);
    if (Bins.hold(byteSize, byteAlignment)) { // a mapping is zero
      RawMemory.zero(address, byteSize);
    }
    return address;
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    if (address == NULL) {
      return malloc(byteSize, byteAlignment);
    }
    checkCall(byteSize, byteAlignment);
    BinPage page = bins.pageOf(address);
    if (page == null) {
      return large.realloc(address, byteSize, byteAlignment);
    }
    int slot = page.checkedSlot(address);
    if (byteSize <= page.slotBytes() && (address & (byteAlignment - 1)) == 0) {
      return address;
    }
    long copy = malloc(byteSize, byteAlignment);
    moveContents(page, slot, copy, byteSize);
    return copy;
  }

  @Override
  public MemorySegment reallocate(MemorySegment segment, long byteSize) {
    long address = RawMemory.globalAddress(segment);
    if (address == NULL) {
      return allocate(byteSize, 1);
    }
    checkCall(byteSize, 1);
    BinPage page = bins.pageOf(address);
    if (page == null) {
      return large.reallocate(segment, byteSize);
    }
    int slot = page.checkedSlot(address);
    if (byteSize <= page.slotBytes()) {
      return RawMemory.segment(address, byteSize);
    }
    MemorySegment copy = allocate(byteSize, 1);
    moveContents(page, slot, copy.address(), byteSize);
    return copy;
  }

  /** Copies a slot to another block and frees it; if it was freed before, that block goes. */
  private void moveContents(BinPage page, int slot, long copy, long byteSize) {
    RawMemory.copy(page.address(slot), copy, Math.min(page.slotBytes(), byteSize));
    try {
      bins.put(page, slot);
    } catch (Throwable doubleFree) {
      free(copy);
      throw doubleFree;
    }
    longest.note(2 * STEPS);
  }

  @Override
  public void free(long address) {
    OutOfLine.requireStack();
    lifetime.checkOpen();
    BinPage page = bins.pageOf(address);
    if (page == null) {
      large.free(address);
      return;
    }
    bins.put(page, page.checkedSlot(address));
    longest.note(STEPS);
  }

  @Override
  public long usableSize(long address) {
    lifetime.checkOpen();
    BinPage page = bins.pageOf(address);
    if (page == null) {
      return large.usableSize(address);
    }
    page.checkedSlot(address);
    return page.slotBytes();
  }

  @Override
  public boolean owns(long address) {
    lifetime.checkOpen();
    BinPage page = bins.pageOf(address);
    return page == null ? large.owns(address) : page.hasSlotAt(address);
  }

  private void checkCall(long byteSize, long byteAlignment) {
    OutOfLine.requireStack();
    lifetime.checkOpen();
    Request.check(byteSize, byteAlignment);
  }

  @Override
  public void attach(AutoCloseable dependant) {
    lifetime.attach(dependant);
  }

  @Override
  public void detach(AutoCloseable dependant) {
    lifetime.detach(dependant);
  }

  /** {@inheritDoc} Locks all caches for a moment: figures of slots are of one instant. */
  @Override
  public AllocatorStats stats() {
    lifetime.checkOpen();
    return bins.figures().with(large.stats());
  }

  /**
   * Returns the longest single operation so far, counted in caches and slots that it looked at: a
   * malloc or free looks at one cache and one slot, 2 steps, a realloc that moves at twice as many.
   *
   * @return the number of steps, 0 before the first block
   */
  public long longestOperationSteps() {
    return Math.max(longest.steps(), large.longestOperationSteps());
  }

  /**
   * Returns how long threads have waited for the locks of caches in all.
   *
   * @return nanoseconds, the sum over all threads; who waits now is not counted yet
   */
  public long lockWaitNanos() {
    return bins.caches().made().stream().mapToLong(cache -> cache.lock().waitNanos()).sum();
  }

  /** {@inheritDoc} Here nothing: a bin keeps its OS pages, and a freed mapping has gone already. */
  @Override
  public long trim() {
    lifetime.checkOpen();
    return 0;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if something is attached, and nothing has changed then; or if the
   *     system does not unmap an OS page: the allocator is closed, and a further close tries again
   */
  @Override
  public void close() {
    OutOfLine.requireStack();
    lifetime.close(
        () -> {
          large.close();
          bins.unmapAll();
        });
  }

  /** Returns a name, and whether it is closed. */
  @Override
  public String toString() {
    return lifetime.toString();
  }

  /** The bins, for pictures and walks. */
  Bins bins() {
    return bins;
  }
}
