package org.smalloc4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An arena whose blocks come from an {@link Allocator}: what {@link Allocator#confinedArena},
 * {@link Allocator#sharedArena} and their kin return. It obeys every rule of {@link Arena} and
 * {@link java.lang.foreign.SegmentAllocator}, and can do more.
 *
 * <p><b>Blocks.</b> {@link #allocate} gives zeroed blocks, {@link #allocateUninitialized} and the
 * {@code allocateFrom} methods do not zero first. A request of more than 2 GiB goes to the JDK
 * where the allocator {@linkplain Allocator#leavesToSystem says so}. No Java object is kept per
 * block: the arena keeps the addresses off-heap, 16 bytes each in a confined arena and one small
 * block each in the others (from the ninth block on), in blocks of the same allocator, which counts
 * them as its own live blocks until the arena ends.
 *
 * <p><b>End.</b> {@link #close} ends the scope first, so that no segment can be used any more, and
 * then frees every block exactly once; also where a cleanup action of the user threw, and where
 * close was refused before because a segment is in use. Blocks that an error kept from being freed
 * (a stack that overflows) are freed by the next call of close, which then says that the arena is
 * closed. An arena that is never closed leaks its blocks, and keeps its allocator from being
 * closed: a segment never leads to unmapped memory.
 *
 * <p><b>Threads.</b> As the JDK's: a confined arena belongs to the thread that opened it; the
 * others may be used by any thread at any time. Allocation in those is lock-free but for the first
 * eight blocks and for blocks kept by {@link #reset}; {@link #free}, {@link #reset}, {@link #close}
 * and the figures take turns at a lock.
 *
 * <p><b>Errors</b> come in the JDK's order: arguments, then the thread, then the end of the arena;
 * all of them before anything is taken. A call that ends with an error has changed nothing.
 */
public sealed interface HeapArena extends Arena permits ArenaOverAllocator {

  /**
   * Allocates a block like {@link #allocate(long, long)}, but uninitialised: it holds what was
   * there before.
   *
   * @param byteSize size in bytes, 0 or more
   * @param byteAlignment alignment in bytes, a power of two
   * @return the block, exactly {@code byteSize} bytes long, in this arena's scope
   * @throws IllegalArgumentException if {@code byteSize} is negative or {@code byteAlignment} is
   *     not a power of two
   * @throws WrongThreadException if this is another thread's confined arena
   * @throws IllegalStateException if this arena is closed
   * @throws OutOfMemoryError if the allocator has no such block
   */
  MemorySegment allocateUninitialized(long byteSize, long byteAlignment);

  /**
   * Gives one block back before the arena ends. Beware: the segment, and every view of it, stays
   * accessible until the arena ends, while the memory is somebody else's from now on; do not touch
   * it. Takes constant time on average; the first call takes time in proportion to the number of
   * blocks.
   *
   * @param segment a segment of this arena, in its present scope, that starts at a live block of it
   * @throws IllegalArgumentException if it is not: another scope's, inside a block, given back
   *     already, or more than 2 GiB from the JDK, which live until the arena ends
   * @throws WrongThreadException if this is another thread's confined arena
   * @throws IllegalStateException if this arena is closed
   */
  void free(MemorySegment segment);

  /**
   * Ends all segments, as {@link #close} does, but keeps the memory for what this arena allocates
   * next, and the arena open: {@link #scope} is a new one afterwards. The blocks go back to the
   * allocator at close. Takes time in proportion to the number of blocks.
   *
   * @throws WrongThreadException if this is another thread's confined arena
   * @throws IllegalStateException if this arena is closed, or a segment of it is in use by a
   *     downcall; nothing has changed then
   * @throws UnsupportedOperationException if this arena is closed by the garbage collector alone
   * @throws RuntimeException if a cleanup action of the user threw; the reset has taken place
   */
  void reset();

  /**
   * Returns how many blocks were allocated since the arena was opened or reset, and not given back.
   * In an arena of many threads it takes time in proportion to what was allocated since the last
   * look.
   *
   * @return number of live blocks
   * @throws WrongThreadException if this is another thread's confined arena
   */
  long liveBlocks();

  /**
   * Returns the bytes of the live blocks: the sum of the sizes that were asked for. What their
   * slots take from the allocator is more.
   *
   * @return bytes
   * @throws WrongThreadException if this is another thread's confined arena
   */
  long liveBytes();

  /**
   * Returns the most that {@link #liveBytes} has ever been.
   *
   * @return bytes
   * @throws WrongThreadException if this is another thread's confined arena
   */
  long peakLiveBytes();
}
