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
 * Whole OS pages, mapped for each block and unmapped when it is freed: the page allocator of
 * rsbmalloc, for buffers that are large, few, or have to be gone when they are freed.
 *
 * <p><b>Blocks.</b> A block is a mapping of its own, of 1 byte to 2 GiB rounded up to OS pages:
 * that is its {@link #usableSize}, also of a block of 0 bytes. It is aligned to an OS page, or to
 * more where more is asked, up to 2 GiB; a slot is no power of two and not aligned to its size,
 * which {@link Allocator#malloc(long)} says of other allocators. Its memory is zero at first and
 * becomes resident OS page by OS page when it is touched; {@link #calloc} therefore writes nothing.
 *
 * <p><b>realloc.</b> A block that shrinks gives its last OS pages back and stays. One that grows
 * does so where it is if the addresses behind it are free; else Linux moves its OS pages to other
 * addresses (mremap), which copies nothing. Where more than an OS page of alignment is asked, in
 * {@link #reallocate}, and on other systems, what cannot grow in place is copied.
 *
 * <p><b>Threads.</b> Any number. malloc, realloc and free make system calls, which take turns; they
 * block. owns and usableSize are lock-free, three loads.
 *
 * <p><b>Misuse.</b> Every address that is not a live block's is refused: beside all blocks, inside
 * one, freed before. Blocks that were freed are remembered until their address is handed out again,
 * so a second free is always caught, whoever comes when. An access to a freed block crashes the
 * JVM, unless something else has been mapped there.
 *
 * <p><b>Errors.</b> A call that ends with an error, also StackOverflowError or OutOfMemoryError of
 * the Java heap, has changed nothing. malloc and a realloc that moves need Java heap; free needs
 * none. Where the operating system refuses to unmap (a process has a limited number of mappings,
 * and a hole makes one into two), free throws {@link IllegalStateException} and the block stays
 * live.
 *
 * <p><b>Memory.</b> Nothing is held but live blocks: {@link AllocatorStats#reservedBytes} is their
 * size, and {@link #trim} has nothing to give. A table takes 32 KiB of Java heap for each 16 MiB of
 * addresses in which a block began. An allocator that is dropped without {@link #close} leaves its
 * blocks mapped for good.
 *
 * <p>Source: AWBroch/rsbmalloc. Its free is told the size; here the table knows it.
 */
public final class PageAllocator implements Allocator {
  private final VirtualMemory os;
  private final Mappings mappings;
  private final Lifetime lifetime = new Lifetime("page allocator");
  private final LongestOperation longest = new LongestOperation();

  /** Creates an allocator over a system's calls. */
  PageAllocator(VirtualMemory os) {
    this.os = os;
    mappings = new Mappings(os);
  }

  /**
   * Creates an allocator that holds nothing.
   *
   * @return an allocator of its own
   * @throws IllegalCallerException if native access is denied; the message names the option
   * @throws UnsupportedOperationException if the system is neither Linux nor macOS
   */
  public static PageAllocator create() {
    NativeAccess.check();
    return new PageAllocator(VirtualMemory.of(System.getProperty("os.name")));
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    checkCall(byteSize, byteAlignment);
    checkLargest(byteSize, byteAlignment);
    try {
      return map(byteSize, byteAlignment);
    } catch (OsException e) {
      String why = e.getMessage() + "; " + os.whyRefused(e, byteSize);
      throw Refusal.of(byteSize, byteAlignment, why);
    }
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    checkCall(byteSize, byteAlignment);
    try {
      return Refusal.isTooLarge(byteSize, byteAlignment) ? NULL : map(byteSize, byteAlignment);
    } catch (OsException refused) {
      return NULL;
    }
  }

  private long map(long byteSize, long byteAlignment) throws OsException {
    long address = mappings.map(byteSize, byteAlignment);
    longest.note(1);
    return address;
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    return malloc(byteSize, byteAlignment);
  }

  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    if (address == NULL) {
      return malloc(byteSize, byteAlignment);
    }
    checkCall(byteSize, byteAlignment);
    long heldBytes = mappings.checkedBytes(address);
    checkLargest(byteSize, byteAlignment);
    if ((address & (byteAlignment - 1)) == 0) {
      boolean mayMove = byteAlignment <= os.osPageBytes();
      long resized = mappings.resize(address, heldBytes, byteSize, mayMove);
      if (resized != Mappings.NONE) {
        return resized;
      }
    }
    long copy = malloc(byteSize, byteAlignment);
    moveContents(address, heldBytes, copy);
    return copy;
  }

  @Override
  public MemorySegment reallocate(MemorySegment segment, long byteSize) {
    long address = RawMemory.globalAddress(segment);
    if (address == NULL) {
      return allocate(byteSize, 1);
    }
    checkCall(byteSize, 1);
    long heldBytes = mappings.checkedBytes(address);
    checkLargest(byteSize, 1);
    MemorySegment inPlace = RawMemory.segment(address, byteSize); // before anything changes
    if (mappings.resize(address, heldBytes, byteSize, false) != Mappings.NONE) {
      return inPlace;
    }
    MemorySegment copy = allocate(byteSize, 1);
    moveContents(address, heldBytes, copy.address());
    return copy;
  }

  /** Copies a block to another one and ends it; if something is thrown, that one ends. */
  private void moveContents(long address, long heldBytes, long copy) {
    try {
      mappings.unmapCopied(address, heldBytes, copy);
    } catch (Throwable thrown) {
      mappings.unmap(copy, mappings.checkedBytes(copy));
      throw thrown;
    }
    longest.note(2);
  }

  @Override
  public void free(long address) {
    OutOfLine.requireStack();
    lifetime.checkOpen();
    if (address != NULL) {
      mappings.unmap(address, mappings.checkedBytes(address));
    }
  }

  @Override
  public long usableSize(long address) {
    lifetime.checkOpen();
    return mappings.checkedBytes(address);
  }

  @Override
  public boolean owns(long address) {
    lifetime.checkOpen();
    return mappings.isHandedOut(address);
  }

  private void checkCall(long byteSize, long byteAlignment) {
    OutOfLine.requireStack();
    lifetime.checkOpen();
    Request.check(byteSize, byteAlignment);
  }

  private static void checkLargest(long byteSize, long byteAlignment) {
    if (Refusal.isTooLarge(byteSize, byteAlignment)) {
      throw Refusal.tooLarge(byteSize, byteAlignment);
    }
  }

  @Override
  public void attach(AutoCloseable dependant) {
    lifetime.attach(dependant);
  }

  @Override
  public void detach(AutoCloseable dependant) {
    lifetime.detach(dependant);
  }

  /**
   * {@inheritDoc} A size class is a number of OS pages that a live block has. Looks at the whole
   * table.
   */
  @Override
  public AllocatorStats stats() {
    lifetime.checkOpen();
    return mappings.stats();
  }

  /**
   * Returns the longest single operation so far, counted in blocks that it looked at: 1, or 2 for a
   * realloc that copied. What the operating system looks at is not counted.
   *
   * @return the number of steps, 0 before the first block
   */
  public long longestOperationSteps() {
    return longest.steps();
  }

  /** {@inheritDoc} Here nothing: a freed block has gone back already. */
  @Override
  public long trim() {
    lifetime.checkOpen();
    return 0;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if something is attached, and nothing has changed then; or if the
   *     operating system does not unmap a block: the allocator is closed then, the other blocks are
   *     gone, and a further close tries again
   */
  @Override
  public void close() {
    OutOfLine.requireStack();
    lifetime.close(mappings::unmapAll);
  }

  /** Returns a name, and whether it is closed. */
  @Override
  public String toString() {
    return lifetime.toString();
  }
}
