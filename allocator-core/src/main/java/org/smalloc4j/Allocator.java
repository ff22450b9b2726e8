package org.smalloc4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.smalloc4j.internal.address.SizeClass;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * A general-purpose allocator of off-heap memory: blocks of any size and alignment, freed one by
 * one, in any order and by any thread.
 *
 * <p>A block is named by the address of its first byte, a {@code long}; {@link #allocate} and
 * {@link #reallocate} give the same blocks as {@link MemorySegment}s. Sizes and alignments are in
 * bytes. A block is live from the call that returned it to the call that frees it, to {@link
 * #close}, or until its allocator is no longer reachable: whoever uses a block keeps a reference to
 * the allocator, since neither an address nor a segment in the global scope is one. Garbage
 * collection ends the life of no single block. What a thread wrote into a block is visible to any
 * thread that the address is handed to with a happens-before edge, as with any other plain memory.
 *
 * <p><b>Threads.</b> Every method may be called by any thread, platform or virtual, at any time.
 * Each implementation states its progress guarantee.
 *
 * <p><b>Errors</b>, the same for every implementation:
 *
 * <ul>
 *   <li>{@link IllegalArgumentException} for a negative size, for an alignment that is not a power
 *       of two, and for an address that is not the start of a slot which this allocator has handed
 *       out; the message names the value and what is wrong with it;
 *   <li>{@link OutOfMemoryError} if the request is larger than the allocator's largest block, or
 *       nothing is left; the message says what was asked, what was full and what to change;
 *   <li>{@link IllegalStateException} after {@link #close}, for a block that is freed twice in
 *       direct succession, and for a freed block whose link was overwritten.
 * </ul>
 *
 * A call that ends with an error has changed nothing (but see {@link AllocatorStats#lostBlocks}).
 * Other uses of a block after its free are not detected; they corrupt what the next owner of the
 * memory writes, as in C.
 */
public interface Allocator extends SegmentAllocator, AutoCloseable {

  /** The address of no block. */
  long NULL = 0L;

  /**
   * Allocates an uninitialised block, aligned to its slot: the next power of two that is at least
   * {@code byteSize} and at least 4.
   *
   * <p>Laws: {@code usableSize(malloc(n)) >= n}; {@code owns(malloc(n))}; {@code malloc(0)} gives a
   * block of its own, to be freed like any other.
   *
   * @param byteSize size in bytes, 0 or more
   * @return the address of the block, never {@link #NULL}
   * @throws IllegalArgumentException if {@code byteSize} is negative
   * @throws OutOfMemoryError if {@code byteSize} is above the largest slot, or no slot is free
   * @throws IllegalStateException if this allocator is closed
   */
  default long malloc(long byteSize) {
    return malloc(byteSize, 1);
  }

  /**
   * Allocates an uninitialised block with an alignment.
   *
   * <p>Law: {@code (malloc(n, a) & (a - 1)) == 0}.
   *
   * @param byteSize size in bytes, 0 or more
   * @param byteAlignment alignment in bytes, a power of two
   * @return the address of the block, never {@link #NULL}
   * @throws IllegalArgumentException if {@code byteSize} is negative or {@code byteAlignment} is
   *     not a power of two
   * @throws OutOfMemoryError if size or alignment is above the largest slot, or no slot is free
   * @throws IllegalStateException if this allocator is closed
   */
  long malloc(long byteSize, long byteAlignment);

  /**
   * Allocates like {@link #malloc(long, long)}, but answers {@link #NULL} where that throws {@link
   * OutOfMemoryError}.
   *
   * @param byteSize size in bytes, 0 or more
   * @param byteAlignment alignment in bytes, a power of two
   * @return the address of the uninitialised block, or {@link #NULL} if there is none to be had
   * @throws IllegalArgumentException if {@code byteSize} is negative or {@code byteAlignment} is
   *     not a power of two
   * @throws IllegalStateException if this allocator is closed
   */
  long tryMalloc(long byteSize, long byteAlignment);

  /**
   * Allocates a block whose first {@code byteSize} bytes are zero.
   *
   * @param byteSize size in bytes, 0 or more
   * @return the address of the block, never {@link #NULL}
   * @throws IllegalArgumentException if {@code byteSize} is negative
   * @throws OutOfMemoryError if {@code byteSize} is above the largest slot, or no slot is free
   * @throws IllegalStateException if this allocator is closed
   */
  default long calloc(long byteSize) {
    return calloc(byteSize, 1);
  }

  /**
   * Allocates a block whose first {@code byteSize} bytes are zero, with an alignment. The order is
   * not C's: for {@code count} elements of a size there is {@link #callocArray}.
   *
   * @param byteSize size in bytes, 0 or more
   * @param byteAlignment alignment in bytes, a power of two
   * @return the address of the block, never {@link #NULL}
   * @throws IllegalArgumentException if {@code byteSize} is negative or {@code byteAlignment} is
   *     not a power of two
   * @throws OutOfMemoryError if size or alignment is above the largest slot, or no slot is free
   * @throws IllegalStateException if this allocator is closed
   */
  long calloc(long byteSize, long byteAlignment);

  /**
   * Allocates a zeroed block for an array: C's {@code calloc(count, size)}. Beware of {@link
   * #calloc(long, long)}, whose second number is an <em>alignment</em>: {@code calloc(1000, 8)}
   * gives 1,000 bytes, {@code callocArray(1000, 8)} gives 8,000.
   *
   * @param count number of elements, 0 or more
   * @param byteSize size of each in bytes, 0 or more
   * @return the address of the block, never {@link #NULL}
   * @throws IllegalArgumentException if {@code count} or {@code byteSize} is negative
   * @throws OutOfMemoryError if the product overflows, or {@link #calloc(long)} refuses it
   * @throws IllegalStateException if this allocator is closed
   */
  default long callocArray(long count, long byteSize) {
    if (count < 0) {
      throw new IllegalArgumentException("count is " + count + "; expected 0 or more elements");
    }
    SizeClass.checkRequest(byteSize, 1);
    if (Math.multiplyHigh(count, byteSize) != 0 || count * byteSize < 0) {
      throw new OutOfMemoryError(
          "cannot allocate " + count + " elements of " + byteSize + " bytes: more than 2^63 - 1");
    }
    return calloc(count * byteSize);
  }

  /**
   * Changes the size of a block, moving it if it does not fit where it is; it may also move to a
   * place that is not too large for it.
   *
   * <p>The first {@code min(usableSize(address), byteSize)} bytes keep their contents; bytes beyond
   * are uninitialised. The old address is no longer live if another one is returned. {@code
   * realloc(NULL, n)} is {@code malloc(n)}; {@code realloc(p, 0)} keeps a block of size 0, it does
   * not free.
   *
   * @param address a live block, or {@link #NULL}
   * @param byteSize new size in bytes, 0 or more
   * @return the address of the block from now on, never {@link #NULL}
   * @throws IllegalArgumentException if {@code byteSize} is negative or {@code address} is not the
   *     start of a slot that was handed out
   * @throws OutOfMemoryError if there is no block of that size; the old block is untouched
   * @throws IllegalStateException if this allocator is closed
   */
  default long realloc(long address, long byteSize) {
    return realloc(address, byteSize, 1);
  }

  /**
   * Changes the size of a block like {@link #realloc(long, long)}, and gives it an alignment: a
   * block at an address that is not so aligned moves.
   *
   * @param address a live block, or {@link #NULL}
   * @param byteSize new size in bytes, 0 or more
   * @param byteAlignment alignment in bytes, a power of two
   * @return the address of the block from now on, never {@link #NULL}
   * @throws IllegalArgumentException if {@code byteSize} is negative, {@code byteAlignment} is not
   *     a power of two, or {@code address} is not the start of a slot that was handed out
   * @throws OutOfMemoryError if there is no such block; the old block is untouched
   * @throws IllegalStateException if this allocator is closed
   */
  long realloc(long address, long byteSize, long byteAlignment);

  /**
   * Ends the life of a block; any thread may free it. {@code free(NULL)} does nothing.
   *
   * @param address a live block, or {@link #NULL}
   * @throws IllegalArgumentException if {@code address} is not the start of a slot that was handed
   *     out: outside the region, inside a slot, or never handed out
   * @throws IllegalStateException if the block is the one that was freed last among its neighbours
   *     ("double free"), or an earlier double free is found now, whose address the message has and
   *     which leaves this block live, or this allocator is closed
   */
  void free(long address);

  /**
   * Returns how many bytes may be used at {@code address}: at least the size that was asked for.
   *
   * @param address a live block
   * @return size of the block's slot in bytes
   * @throws IllegalArgumentException if {@code address} is not the start of a slot that was handed
   *     out; {@link #NULL} is not
   * @throws IllegalStateException if this allocator is closed
   */
  long usableSize(long address);

  /**
   * Tells whether this allocator could have handed out exactly this address: the start of a slot
   * that is live, or was. Never throws for an address.
   *
   * @param address any value
   * @return true if {@code address} is the start of a slot that was handed out at least once
   * @throws IllegalStateException if this allocator is closed
   */
  boolean owns(long address);

  /**
   * Allocates a block as a segment in the global scope, exactly {@code byteSize} bytes long and
   * uninitialised. It has to be given back to {@link #free(MemorySegment)}.
   *
   * @param byteSize size in bytes, 0 or more
   * @param byteAlignment alignment in bytes, a power of two
   * @return the block
   * @throws IllegalArgumentException if {@code byteSize} is negative or {@code byteAlignment} is
   *     not a power of two
   * @throws OutOfMemoryError if size or alignment is above the largest slot, or no slot is free
   * @throws IllegalStateException if this allocator is closed
   */
  @Override
  default MemorySegment allocate(long byteSize, long byteAlignment) {
    return AllocatedSegment.of(this, malloc(byteSize, byteAlignment), byteSize);
  }

  /**
   * Allocates like {@link #allocate(long, long)}, but answers {@link MemorySegment#NULL} where that
   * throws {@link OutOfMemoryError} because nothing is left.
   *
   * @param byteSize size in bytes, 0 or more
   * @param byteAlignment alignment in bytes, a power of two
   * @return the uninitialised block, or {@link MemorySegment#NULL} if there is none to be had
   * @throws IllegalArgumentException if {@code byteSize} is negative or {@code byteAlignment} is
   *     not a power of two
   * @throws IllegalStateException if this allocator is closed
   */
  default MemorySegment tryAllocate(long byteSize, long byteAlignment) {
    long address = tryMalloc(byteSize, byteAlignment);
    return address == NULL ? MemorySegment.NULL : AllocatedSegment.of(this, address, byteSize);
  }

  /**
   * Changes the size of the block that {@code segment} starts at, as {@link #realloc(long, long)}.
   *
   * @param segment a native segment that starts at a live block, or {@link MemorySegment#NULL}
   * @param byteSize new size in bytes, 0 or more
   * @return the block, exactly {@code byteSize} bytes long, in the global scope; {@code segment}
   *     and every other view of the old block must not be used any more
   * @throws IllegalArgumentException if {@code segment} is not native, is not in the global scope
   *     (an arena's segments are freed by the arena) or does not start at a slot that was handed
   *     out, or {@code byteSize} is negative
   * @throws OutOfMemoryError if there is no block of that size; the old block is untouched
   * @throws IllegalStateException if this allocator is closed
   */
  default MemorySegment reallocate(MemorySegment segment, long byteSize) {
    return RawMemory.segment(realloc(RawMemory.globalAddress(segment), byteSize), byteSize);
  }

  /**
   * Ends the life of the block that {@code segment} starts at; its size does not matter.
   *
   * @param segment a native segment that starts at a live block; {@link MemorySegment#NULL} does
   *     nothing
   * @throws IllegalArgumentException if {@code segment} is not native, is not in the global scope
   *     (an arena's segments are freed by the arena) or does not start at a slot that was handed
   *     out
   * @throws IllegalStateException as {@link #free(long)}
   */
  default void free(MemorySegment segment) {
    free(RawMemory.globalAddress(segment));
  }

  /**
   * Views the first {@code byteSize} bytes of a block as a direct buffer, in the native byte order,
   * which is what other views of the memory see. The buffer's own {@code slice} and {@code
   * duplicate} are big-endian, as java.nio has it, until their order is set.
   *
   * <p>The buffer does not own the block and does not keep it live: it must not be used after the
   * block's free, as with any other view. Contents stay as they are. Each call makes one buffer on
   * the Java heap. The JDK's views of memory end at 2^31 - 9 bytes; what lies beyond in a larger
   * block is reached by {@code segment.asSlice(offset, n).asByteBuffer()}, whose order is
   * big-endian too.
   *
   * @param address a live block
   * @param byteSize capacity and limit of the buffer in bytes, 0 to {@code usableSize(address)}
   * @return a direct buffer whose byte 0 is at {@code address}, at position 0
   * @throws IllegalArgumentException if {@code byteSize} is negative, above the block's usable size
   *     or above 2^31 - 9, or {@code address} is not the start of a slot that was handed out
   * @throws IllegalStateException if this allocator is closed
   */
  default ByteBuffer byteBuffer(long address, int byteSize) {
    long largest = Math.min(usableSize(address), Integer.MAX_VALUE - 8);
    if (byteSize < 0 || byteSize > largest) {
      throw new IllegalArgumentException(
          "byteSize is " + byteSize + "; expected 0 to " + largest + " bytes of this block");
    }
    return RawMemory.segment(address, byteSize).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /**
   * Opens an arena for the current thread whose blocks come from this allocator, zeroed; closing it
   * frees them. While it is open, {@link #close} of this allocator is refused.
   *
   * @return an arena that only the current thread may use
   * @throws IllegalStateException if this allocator is closed
   */
  default HeapArena confinedArena() {
    return ConfinedHeapArena.attached(this);
  }

  /**
   * Opens an arena for all threads whose blocks come from this allocator, zeroed; closing it frees
   * them. As with {@link Arena#ofShared}, closing waits for every thread of the JVM, tens of
   * microseconds. While it is open, {@link #close} of this allocator is refused.
   *
   * @return an arena that any thread may use and close
   * @throws IllegalStateException if this allocator is closed
   */
  default HeapArena sharedArena() {
    return SharedHeapArena.checked(this);
  }

  /**
   * Opens an arena for all threads whose blocks come from this allocator, zeroed, and are freed
   * some time after the arena and all its segments have become unreachable, as with {@link
   * Arena#ofAuto}. It cannot be closed or reset. As long as its blocks are not freed it keeps this
   * allocator reachable, and {@link #close} is refused.
   *
   * @return an arena that any thread may use
   * @throws IllegalStateException if this allocator is closed
   */
  default HeapArena autoArena() {
    return AutoHeapArena.open(this);
  }

  /**
   * Opens an arena for all threads like {@link #sharedArena}, but without the wait at close, and
   * without what the wait is for: <b>a segment can be read and written after the arena was closed
   * or reset, and is then somebody else's memory</b>, as after {@link #free(long)}. Its scope is
   * alive for ever. The arena itself refuses to allocate once it is closed. Whoever closes it has
   * to know that no thread uses a segment any more. Blocks above the allocator's largest are
   * refused.
   *
   * @return an arena that any thread may use and close
   * @throws IllegalStateException if this allocator is closed
   */
  default HeapArena uncheckedSharedArena() {
    return SharedHeapArena.unchecked(this);
  }

  /**
   * Tells whether arenas take a block of this size from the JDK's own memory, since no block of
   * this allocator can be so large. Arenas ask for more than 2 GiB alone. {@code false} where an
   * implementation does not say otherwise; one that passes requests on passes this on too.
   *
   * @param byteSize the larger of a block's size and alignment, in bytes
   * @return whether the JDK's memory may be used beside this allocator's
   */
  default boolean leavesToSystem(long byteSize) {
    return false;
  }

  /**
   * Registers something that was opened on this allocator and would be left with unmapped memory by
   * its {@link #close}: an arena, a pool, a table of function pointers. An allocator that passes
   * requests on to another one passes this on too. Does nothing where an implementation does not
   * say otherwise.
   *
   * @param dependant what is open until it is handed to {@link #detach}
   * @throws IllegalStateException if this allocator is closed
   */
  default void attach(AutoCloseable dependant) {}

  /**
   * Ends what {@link #attach} began. Does nothing for what is not attached.
   *
   * @param dependant what has been closed
   */
  default void detach(AutoCloseable dependant) {}

  /**
   * Takes a snapshot of what is live and what is taken; safe at any time.
   *
   * @return the figures; exact if no other thread allocates or frees meanwhile
   * @throws IllegalStateException if this allocator is closed
   */
  AllocatorStats stats();

  /**
   * Gives memory that no live block uses back to the operating system, as far as this
   * implementation can. Addresses and contents of live blocks do not change. Makes system calls.
   *
   * @return resident bytes given back, 0 if there was nothing to give
   * @throws IllegalStateException if this allocator is closed
   */
  long trim();

  /**
   * Gives all memory back to the operating system. Every block ends here, live or not. Idempotent;
   * every other call throws {@link IllegalStateException} from then on. Refused while arenas, pools
   * or pointer tables are open on this allocator, through whatever wrapper.
   *
   * <p>No other thread may be inside a call of this allocator meanwhile, and nobody may touch a
   * block afterwards, through whatever view: both can crash the JVM.
   *
   * @throws IllegalStateException if something is attached; nothing has changed then
   */
  @Override
  void close();
}
