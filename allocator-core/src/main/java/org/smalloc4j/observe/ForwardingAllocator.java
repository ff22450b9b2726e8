package org.smalloc4j.observe;

import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;

/**
 * An allocator in front of another one, to which it passes every request; subclasses change what
 * they must.
 *
 * <p><b>What to override.</b> The methods declared here reach the inner allocator. All others of
 * {@link Allocator} keep their default form, which calls one of these on <em>this</em> object:
 *
 * <ul>
 *   <li>{@code malloc(long)} and the segments of {@code allocate} call {@link #malloc(long, long)};
 *   <li>{@code calloc(long)}, {@code callocArray} and the blocks of an arena call {@link
 *       #calloc(long, long)};
 *   <li>{@code realloc(long, long)} and {@code reallocate} call {@link #realloc(long, long, long)};
 *   <li>{@code free(MemorySegment)} and the end of an arena call {@link #free(long)}.
 * </ul>
 *
 * So a subclass that overrides {@code malloc(long, long)}, {@code tryMalloc}, {@code calloc(long,
 * long)}, {@code realloc(long, long, long)} and {@code free(long)} sees each block that is made or
 * ended through it. An arena that is opened here allocates here, and is attached to the inner
 * allocator, whose {@code close} refuses while it is open.
 *
 * <p><b>Laws.</b> Addresses, contents, alignment, zeroing, progress and errors are those of the
 * inner allocator. A block may be freed here that was allocated there, and the other way round; a
 * subclass may narrow that. Nothing is kept per block. Closing this allocator closes the inner one.
 *
 * <p><b>Threads.</b> As many as the inner allocator takes; no state of its own, no lock, no Java
 * heap.
 */
public class ForwardingAllocator implements Allocator {
  private final Allocator inner;

  /**
   * Creates an allocator in front of another one.
   *
   * @param inner what requests are passed to
   */
  protected ForwardingAllocator(Allocator inner) {
    this.inner = inner;
  }

  /**
   * {@inheritDoc}
   *
   * <p>An alignment of 1 is passed on as {@code malloc(byteSize)}, which allocators serve faster.
   */
  @Override
  public long malloc(long byteSize, long byteAlignment) {
    return byteAlignment == 1 ? inner.malloc(byteSize) : inner.malloc(byteSize, byteAlignment);
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    return inner.tryMalloc(byteSize, byteAlignment);
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    return byteAlignment == 1 ? inner.calloc(byteSize) : inner.calloc(byteSize, byteAlignment);
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    return byteAlignment == 1
        ? inner.realloc(address, byteSize)
        : inner.realloc(address, byteSize, byteAlignment);
  }

  @Override
  public void free(long address) {
    inner.free(address);
  }

  @Override
  public long usableSize(long address) {
    return inner.usableSize(address);
  }

  @Override
  public boolean owns(long address) {
    return inner.owns(address);
  }

  @Override
  public boolean leavesToSystem(long byteSize) {
    return inner.leavesToSystem(byteSize);
  }

  @Override
  public void attach(AutoCloseable dependant) {
    inner.attach(dependant);
  }

  @Override
  public void detach(AutoCloseable dependant) {
    inner.detach(dependant);
  }

  @Override
  public AllocatorStats stats() {
    return inner.stats();
  }

  @Override
  public long trim() {
    return inner.trim();
  }

  @Override
  public void close() {
    inner.close();
  }

  /** Returns the name of this class and what the inner allocator says of itself. */
  @Override
  public String toString() {
    return getClass().getSimpleName() + " over " + inner;
  }
}
