package org.smalloc4j;

import java.util.List;

/**
 * A snapshot of an allocator.
 *
 * <p>Laws: {@code liveBytes <= takenBytes <= min(reservedBytes, limitBytes)}; {@code liveBlocks}
 * and {@code liveBytes} are the sums over {@code sizeClasses}; no figure is below 0. They hold
 * while other threads work, too: then each size class is counted at an instant of its own during
 * the call. At rest all figures are exact, and the slots taken are those that are live, free, or
 * lost.
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
 */
public record AllocatorStats(
    long liveBytes,
    long liveBlocks,
    long reservedBytes,
    long takenBytes,
    long limitBytes,
    int refusedBits,
    List<SizeClassStats> sizeClasses,
    long lostBlocks) {

  /** Copies the list. */
  public AllocatorStats {
    sizeClasses = List.copyOf(sizeClasses);
  }

  /**
   * The blocks of one size class.
   *
   * @param slotBytes size of each slot in bytes
   * @param liveBlocks slots that are live
   * @param freeBlocks slots that are free and not lost: freed, or at hand for an owner's next
   *     mallocs
   */
  public record SizeClassStats(long slotBytes, long liveBlocks, long freeBlocks) {}
}
