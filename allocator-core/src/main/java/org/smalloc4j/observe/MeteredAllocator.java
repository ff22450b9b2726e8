package org.smalloc4j.observe;

import java.util.concurrent.atomic.AtomicLong;
import org.smalloc4j.Allocator;

/**
 * An allocator that counts blocks and bytes, exactly, under any concurrency. Bytes are usable
 * sizes.
 *
 * <p><b>What is counted.</b> Every block that is made or ended through this object, in whatever
 * way: {@code malloc}, {@code tryMalloc}, {@code calloc}, {@code callocArray}, {@code realloc} of
 * {@link #NULL}, segments, and the blocks of arenas that were opened here. A {@code realloc} that
 * moves a block or resizes it where it is takes one step of new minus old bytes and is neither an
 * allocation nor a free. A call that is refused, a {@code tryMalloc} that answers {@code NULL} and
 * {@code free(NULL)} count nothing. {@link #close} leaves the figures as they are: what it found
 * live was left live.
 *
 * <p><b>What exact means.</b> Each successful call takes effect on the figures at one instant
 * within it: an allocation after the inner allocator has given the block, a free before it gets the
 * block back. So {@code liveBytes} is at every instant the sum over the blocks whose allocation has
 * taken effect and whose free has not: never below 0, never more than the inner allocator has live
 * at that instant, each block at an address counted once however fast it is used again. {@code
 * peakLiveBytes} is the greatest value that {@code liveBytes} has had up to an instant within the
 * call. The same holds for blocks: {@code liveBlocks} is {@code allocations - frees} at one
 * instant. Figures asked for one after the other can be of different instants.
 *
 * <p><b>Limits.</b> A block that {@code realloc} moves counts with its old size until the step at
 * the end of that call, although another thread can have got its old place by then; where an
 * allocator moves a block to make it smaller ({@code Smalloc} never does) {@code liveBytes} can so
 * be too large by what was saved, for that long. A free that the inner allocator refuses (a double
 * free) is counted until it is refused, and then taken back; {@code liveBytes} does not fall below
 * 0 then either. The figures are those of this object: blocks that are allocated here and freed at
 * the inner allocator, or the other way round, make them wrong.
 *
 * <p><b>Threads.</b> Any number; lock-free where the inner allocator is. Nothing is allocated on
 * the Java heap. All threads write the same two counters, one atomic instruction each for a malloc
 * and for a free, which they take from each other's caches.
 */
public final class MeteredAllocator extends ForwardingAllocator {
  /*
   * The peak without a step of its own.
   *
   * The greatest value that a counter ever had is either its present one or one from which it fell.
   * So rises only add, and whoever lets the counter fall by a CAS from v first makes sure that the
   * peak is at least v. Invariant, at every instant:
   *
   *     greatest value of liveBytes so far = max(peak, liveBytes)
   *
   * A rise from v to w keeps it, since w > v. A fall from v keeps it, since peak >= v by then; that
   * liveBytes left v meanwhile and came back does no harm. Whoever asks for the peak raises it to
   * the present value first. The usual way, to add and then to raise the peak to the sum, leaves a
   * time in which liveBytes can be read above the peak, and in which a sum is forgotten if it falls
   * again and its thread has not come to raise the peak.
   */

  private final AtomicLong allocations = new AtomicLong();
  private final AtomicLong frees = new AtomicLong();
  private final AtomicLong liveBytes = new AtomicLong();
  private final AtomicLong peak = new AtomicLong();

  private MeteredAllocator(Allocator inner) {
    super(inner);
  }

  /**
   * Puts a meter in front of an allocator, with all figures 0, whatever is live there.
   *
   * @param inner what allocates
   * @return the meter, to be used instead of {@code inner}
   */
  public static MeteredAllocator over(Allocator inner) {
    return new MeteredAllocator(inner);
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    return counted(super.malloc(byteSize, byteAlignment));
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    long address = super.tryMalloc(byteSize, byteAlignment);
    return address == NULL ? NULL : counted(address);
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    return counted(super.calloc(byteSize, byteAlignment));
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    if (address == NULL) {
      return malloc(byteSize, byteAlignment);
    }
    long before = super.usableSize(address);
    long moved = super.realloc(address, byteSize, byteAlignment);
    long grown = super.usableSize(moved) - before;
    if (grown > 0) {
      liveBytes.getAndAdd(grown);
    } else if (grown < 0) {
      tryFall(-grown);
    }
    return moved;
  }

  @Override
  public void free(long address) {
    if (address == NULL) {
      super.free(NULL);
      return;
    }
    long bytes = super.usableSize(address);
    boolean fallen = false;
    boolean freeCounted = false;
    try {
      fallen = tryFall(bytes);
      if (fallen) {
        frees.getAndIncrement();
        freeCounted = true;
      }
      super.free(address);
    } catch (Throwable refused) { // the block is as live as it was
      if (freeCounted) {
        frees.getAndDecrement();
      }
      if (fallen) {
        liveBytes.getAndAdd(bytes);
      }
      throw refused;
    }
  }

  /**
   * Returns how many blocks have been allocated.
   *
   * @return successful allocations so far; a block that was moved counts once
   */
  public long allocations() {
    return allocations.get();
  }

  /**
   * Returns how many blocks have been freed.
   *
   * @return successful frees so far
   */
  public long frees() {
    return frees.get();
  }

  /**
   * Returns how many blocks are live: {@code allocations - frees} at one instant within this call.
   * Repeats its look while others free.
   *
   * @return blocks, 0 or more
   */
  public long liveBlocks() {
    while (true) {
      long freed = frees.get();
      long allocated = allocations.get();
      if (frees.get() == freed) { // so it was when allocations was looked at
        return Math.max(0, allocated - freed);
      }
      Thread.onSpinWait();
    }
  }

  /**
   * Returns the usable bytes of the live blocks.
   *
   * @return bytes, 0 or more
   */
  public long liveBytes() {
    return liveBytes.get();
  }

  /**
   * Returns the greatest value that {@link #liveBytes} has had: a value that it really had, and not
   * less than any that was read of it before this call.
   *
   * @return bytes, 0 or more
   */
  public long peakLiveBytes() {
    raisePeak(liveBytes.get());
    return peak.get();
  }

  /** Counts a block that nobody else knows yet, or gives it back. */
  private long counted(long address) {
    long added = 0;
    try {
      long bytes = super.usableSize(address);
      liveBytes.getAndAdd(bytes);
      added = bytes;
      allocations.getAndIncrement();
      return address;
    } catch (Throwable stackEnds) { // within the last call: the steps before it were taken
      if (added > 0) {
        tryFall(added);
      }
      super.free(address);
      throw stackEnds;
    }
  }

  /**
   * Lets the live bytes fall. CAS: volatile, so that the peak is at least {@code before} for all
   * who see the fall; a plain subtraction could fall from a value that the peak was not raised to.
   *
   * @return false if fewer are live, which only misuse brings about; nothing has changed then
   */
  private boolean tryFall(long bytes) {
    long before;
    do {
      before = liveBytes.get();
      if (before < bytes) {
        return false;
      }
      raisePeak(before);
    } while (!liveBytes.compareAndSet(before, before - bytes));
    return true;
  }

  /** Makes the peak at least {@code bytes}, which the live bytes have had. */
  private void raisePeak(long bytes) {
    long highest = peak.get();
    while (highest < bytes && !peak.compareAndSet(highest, bytes)) {
      highest = peak.get();
    }
  }
}
