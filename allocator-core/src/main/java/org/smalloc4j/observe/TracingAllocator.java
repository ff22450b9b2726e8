package org.smalloc4j.observe;

import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.smalloc4j.Allocator;
import org.smalloc4j.observe.SampledBlocks.Sampled;

/**
 * An allocator that remembers who allocated what is live: every n-th allocation with its stack.
 *
 * <p><b>What is sampled.</b> Of the allocations that are made through this object, by whatever
 * method and thread, in the order in which they succeed, the n-th, the 2n-th and so on; with n = 1
 * all. A {@code realloc} of {@link #NULL} is an allocation. A {@code realloc} that moves a sampled
 * block is not: the block keeps the site that allocated it, with its new usable size from then on,
 * in one step. A block that is freed through this object is forgotten; {@link #close} forgets
 * nothing, so that what was left live can be told afterwards.
 *
 * <p><b>Stacks</b> come from {@link StackWalker}: the innermost 64 frames, beginning with the first
 * one whose class is not itself a {@link SegmentAllocator} (an allocator, a wrapper, an arena).
 * Blocks with the same frames, compared by class, method and bytecode index, are one site. Frames
 * keep their classes from being unloaded while the site has live blocks.
 *
 * <p><b>Memory</b> on the Java heap is in proportion to the sampled blocks that are live (some 70
 * bytes each) and to their sites (a stack each); nothing is kept per block that is not sampled.
 *
 * <p><b>Failures.</b> Where the Java heap is too full to remember an allocation, the block is given
 * back and {@link OutOfMemoryError} thrown ({@code tryMalloc}: {@code NULL}); nothing has changed
 * then. A free or a {@code realloc} that is refused leaves its block remembered.
 *
 * <p><b>Threads.</b> Any number. An allocation that is not sampled takes one atomic instruction on
 * a counter that all threads share (none if n = 1), a free one look into a table. What is done for
 * a sampled block is done under a lock, and so are the frees of a few others: one in eight at the
 * most, those that meet a sampled block in the table. The stack is walked outside of the lock.
 */
public final class TracingAllocator extends ForwardingAllocator {
  private static final int MOST_FRAMES = 64;
  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private final int everyNth;
  private final AtomicLong allocations = new AtomicLong();
  private final SampledBlocks sampled = new SampledBlocks();

  private TracingAllocator(Allocator inner, int everyNth) {
    super(inner);
    this.everyNth = everyNth;
  }

  /**
   * Puts a tracer in front of an allocator. What is live there already is not known to it.
   *
   * @param inner what allocates
   * @param everyNth which allocations are remembered: each n-th one; 1 for all
   * @return the tracer, to be used instead of {@code inner}
   * @throws IllegalArgumentException if {@code everyNth} is below 1
   */
  public static TracingAllocator over(Allocator inner, int everyNth) {
    if (everyNth < 1) {
      throw new IllegalArgumentException(
          "everyNth is " + everyNth + "; expected 1 to trace all allocations, n for each n-th");
    }
    return new TracingAllocator(inner, everyNth);
  }

  /**
   * Where sampled blocks that are live were allocated.
   *
   * @param stack the frames of the allocating call, innermost first
   * @param blocks number of sampled blocks from there that are live, 1 or more
   * @param bytes their usable sizes in all
   */
  public record Site(List<StackWalker.StackFrame> stack, long blocks, long bytes) {
    /** Copies the list. */
    public Site {
      stack = List.copyOf(stack);
    }
  }

  /**
   * Returns where the sampled blocks were allocated that are live at one instant within this call.
   *
   * @return the sites, most live bytes first; empty if no sampled block is live
   */
  public List<Site> liveSites() {
    return sampled.sites();
  }

  /** Returns how many blocks and call sites are kept. */
  int kept() {
    return sampled.kept();
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    return traced(super.malloc(byteSize, byteAlignment));
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    long address = super.tryMalloc(byteSize, byteAlignment);
    try {
      return address == NULL ? NULL : traced(address);
    } catch (OutOfMemoryError javaHeapIsFull) {
      return NULL;
    }
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    return traced(super.calloc(byteSize, byteAlignment));
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    if (address == NULL) {
      return malloc(byteSize, byteAlignment);
    }
    Sampled block = sampled.mayHold(address) ? sampled.leave(address) : null;
    return block == null
        ? super.realloc(address, byteSize, byteAlignment)
        : move(block, byteSize, byteAlignment);
  }

  /** Resizes a sampled block that has left the table, to which it comes back in any case. */
  private long move(Sampled block, long byteSize, long byteAlignment) {
    long address = block.address();
    long bytes = block.bytes();
    try {
      address = super.realloc(address, byteSize, byteAlignment);
      bytes = super.usableSize(address);
      return address;
    } finally {
      sampled.comeBack(block, address, bytes);
    }
  }

  @Override
  public void free(long address) {
    Sampled block = sampled.mayHold(address) ? sampled.end(address) : null;
    if (block == null) {
      super.free(address);
    } else {
      freeSampled(block);
    }
  }

  /** Frees a block that was forgotten before another thread can be given it. */
  private void freeSampled(Sampled block) {
    try {
      super.free(block.address());
    } catch (Throwable refused) {
      sampled.revive(block);
      throw refused;
    }
    sampled.bury(block);
  }

  /** Remembers a block that nobody else knows yet, if it is its turn, or gives it back. */
  private long traced(long address) {
    boolean drawn = false;
    try {
      if (everyNth > 1) {
        long number = allocations.incrementAndGet();
        drawn = true;
        if (number % everyNth != 0) {
          return address;
        }
      }
      sampled.add(address, super.usableSize(address), stack());
      return address;
    } catch (Throwable notRemembered) {
      if (drawn) {
        allocations.decrementAndGet(); // the next one is traced instead
      }
      super.free(address);
      throw notRemembered;
    }
  }

  private static List<StackWalker.StackFrame> stack() {
    return WALKER.walk(
        frames ->
            frames
                .dropWhile(
                    frame -> SegmentAllocator.class.isAssignableFrom(frame.getDeclaringClass()))
                .limit(MOST_FRAMES)
                .toList());
  }
}
