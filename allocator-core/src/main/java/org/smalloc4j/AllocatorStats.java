package org.smalloc4j;

import java.util.List;

/**
 * A snapshot of an allocator.
 *
 * <p>Laws: {@code liveBytes + heldBytes <= takenBytes <= min(reservedBytes, limitBytes)}; {@code
 * liveBlocks} and {@code liveBytes} are the sums over {@code sizeClasses}; no figure is below 0.
 * {@code residentBytes <= reservedBytes}; of a {@link Smalloc} heap also {@code liveBlocks +
 * freeBlocks + freshBlocks <= s} for each size class, where {@code s}, its slots in the region,
 * does not change but where the system has cut the region. They hold while other threads work, too:
 * then each size class is counted at an instant of its own during the call, and {@code
 * residentBytes} last, OS page by OS page. At rest all figures are exact; the slots taken are those
 * that are live, free, or lost, and {@code s} is these and the fresh ones; and {@code residentBytes
 * <= takenBytes + w}, where {@code w} is what the heap needs for itself: for each slab in use at
 * most 256 KiB, and an OS page for each size in it; 5/8 of a byte for each slot that was ever
 * handed out; and what {@link Smalloc.Builder#prefault} and {@link Smalloc.Builder#hugePages} touch
 * ahead.
 *
 * @param liveBytes slot bytes of the live blocks
 * @param liveBlocks number of live blocks
 * @param reservedBytes address space held, used or not
 * @param takenBytes slot bytes handed out at least once and not given back by {@link
 *     Allocator#trim}: what can be resident at the most, but for headers
 * @param limitBytes what {@code takenBytes} may reach; {@link Long#MAX_VALUE} if there is no limit
 * @param refusedBits how many bits the operating system's refusals took off the region that was
 *     wanted: 0 normally, 2 if a quarter of it was to be had
 * @param sizeClasses the size classes in use, smallest first
 * @param lostBlocks free blocks that were dropped because one before them on a list had been
 *     written after its free, or freed twice; they stay taken until {@link Allocator#close}
 * @param threads who has a part of the allocator to himself, and who shares
 * @param heldBytes slot bytes that are free, but at hand for the threads and carriers that own
 *     slabs, dead ones included, or freed by them and not handed back yet: no other thread is given
 *     them as they are. {@link Allocator#trim} and an allocation that finds nothing else take them
 *     from dead threads and from idle ones, if {@link ThreadStats#takesIdle}; carriers and threads
 *     that run keep them
 * @param residentBytes bytes of this allocator that are in memory now, as the operating system says
 *     in {@code mincore}: OS pages with blocks, live or free, and the allocator's own words. What
 *     is swapped out is not in memory; of sizes not in use yet, what {@link
 *     Smalloc.Builder#prefault} has touched is left out. 0 where an implementation does not tell
 */
public record AllocatorStats(
    long liveBytes,
    long liveBlocks,
    long reservedBytes,
    long takenBytes,
    long limitBytes,
    int refusedBits,
    List<SizeClassStats> sizeClasses,
    long lostBlocks,
    ThreadStats threads,
    long heldBytes,
    long residentBytes) {

  /** Copies the list. */
  public AllocatorStats {
    sizeClasses = List.copyOf(sizeClasses);
  }

  /**
   * Creates the snapshot of an allocator in which threads own nothing, and which does not tell what
   * is resident.
   *
   * @param liveBytes as above, and so on
   * @param liveBlocks the same
   * @param reservedBytes the same
   * @param takenBytes the same
   * @param limitBytes the same
   * @param refusedBits the same
   * @param sizeClasses the same
   * @param lostBlocks the same
   */
  public AllocatorStats(
      long liveBytes,
      long liveBlocks,
      long reservedBytes,
      long takenBytes,
      long limitBytes,
      int refusedBits,
      List<SizeClassStats> sizeClasses,
      long lostBlocks) {
    this(
        liveBytes,
        liveBlocks,
        reservedBytes,
        takenBytes,
        limitBytes,
        refusedBits,
        sizeClasses,
        lostBlocks,
        ThreadStats.NONE,
        0,
        0);
  }

  /**
   * The blocks of one size class.
   *
   * @param slotBytes size of each slot in bytes
   * @param liveBlocks slots that are live
   * @param freeBlocks slots that are free and not lost: freed, or at hand for an owner's next
   *     mallocs
   * @param freshBlocks slots that there are addresses for, and no memory: never handed out, or
   *     given back by {@link Allocator#trim} or at a limit since; zero when they are handed out. A
   *     limit may refuse them. 0 where an implementation does not say
   */
  public record SizeClassStats(long slotBytes, long liveBlocks, long freeBlocks, long freshBlocks) {

    /**
     * Creates the figures of a class of which is not said what is fresh.
     *
     * @param slotBytes as above, and so on
     * @param liveBlocks the same
     * @param freeBlocks the same
     */
    public SizeClassStats(long slotBytes, long liveBlocks, long freeBlocks) {
      this(slotBytes, liveBlocks, freeBlocks, 0);
    }
  }

  /**
   * Which threads own slabs, and which share words because there was none to own: these take two
   * compare-and-swaps for a malloc and a free where an owner takes none.
   *
   * <p>Laws: {@code 0 <= ownedSlabs <= ownableSlabs} and {@code 0 <= sharingThreads <= refusals}.
   * Each figure is of an instant of its own. All are 0 of an allocator in which threads own
   * nothing.
   *
   * <p>{@code sharingThreads} above 0 for long, or {@code refusals} that rise, say that more
   * threads allocate than there are slabs: let idle ones call {@link Smalloc#releaseThreadCache},
   * use fewer threads, or give some of them a heap of their own.
   *
   * @param ownableSlabs slabs that can be owned, by one platform thread or carrier of virtual
   *     threads each
   * @param ownedSlabs those that live threads own
   * @param sharingThreads live platform threads and carriers that looked for a slab, found none,
   *     and have not got one since; of more than a thousand some may be missing. Threads that never
   *     look are not counted: virtual ones on a heap with a limit, or where carriers cannot own
   * @param refusals how often a thread looked for a slab and found none, since the heap was made:
   *     once at its first call, then in one of some thousand
   * @param takesIdle whether slabs can be taken from platform threads that wait: in {@code
   *     LockSupport.park}, {@code Object.wait}, {@code Thread.sleep}, in a selector, or for a
   *     socket, a file or a process. Only in HotSpot, where a stack shows 512 frames ({@code
   *     -XX:MaxJavaStackTraceDepth}), without an agent in C ({@code -agentpath}, {@code -agentlib},
   *     but for the JDK's debugger)
   * @param takenSlabs how often that was done
   */
  public record ThreadStats(
      int ownableSlabs,
      int ownedSlabs,
      int sharingThreads,
      long refusals,
      boolean takesIdle,
      long takenSlabs) {
    static final ThreadStats NONE = new ThreadStats(0, 0, 0, 0, false, 0);
  }
}
