package org.smalloc4j.classic;

import java.util.List;
import org.smalloc4j.Allocator;
import org.smalloc4j.AllocatorStats;
import org.smalloc4j.internal.os.CMalloc;
import org.smalloc4j.internal.raw.NativeAccess;
import org.smalloc4j.internal.raw.OutOfLine;
import org.smalloc4j.internal.raw.RawMemory;

/**
 * The C library's own allocator: each call is a downcall of malloc, calloc, realloc, aligned_alloc,
 * free or malloc_usable_size. Memory of C code can be freed here, and memory from here by C code.
 *
 * <p><b>Blocks.</b> Up to 2 GiB, as with every allocator of this project, and aligned to 8 bytes at
 * least, 16 from 16 bytes on. {@code usableSize} is what malloc_usable_size says. {@code realloc}
 * to an alignment above 16 copies, since C has no such function.
 *
 * <p><b>Threads and progress</b> are those of the C library: any thread, blocking in most
 * libraries, system calls now and then. Nothing is allocated on the Java heap but by the first call
 * of the process, which links what it calls and takes 50 to 80 ms where no heap exists yet.
 *
 * <p><b>Misuse is undefined</b>, as in C. The C library cannot tell its blocks from other memory:
 * to free, resize or measure an address that is not a live block's, or one that was freed, may be
 * overlooked, corrupt memory, or end the process. {@link #owns} is true for every address that C
 * could have returned. An allocator that uses this one as its fallback lists the blocks it has from
 * here, and refuses all others.
 *
 * <p><b>Figures.</b> C does not tell how many blocks are live, and a counter here would be a cost
 * that the allocator itself does not have. So {@link #stats} is all zeros, which means "not known";
 * {@link org.smalloc4j.observe.MeteredAllocator} counts in front of any allocator.
 *
 * <p><b>Lifetime.</b> There is one for the process, and it cannot be closed.
 */
public final class SystemAllocator implements Allocator {
  /** 2 GiB. */
  private static final long LARGEST = 1L << 31;

  /** What malloc's blocks are aligned to, if they are as large. */
  private static final long MALLOC_ALIGNMENT = 16;

  /** What every block is aligned to. */
  private static final long SMALLEST_ALIGNMENT = 8;

  private static final AllocatorStats UNKNOWN =
      new AllocatorStats(0, 0, 0, 0, Long.MAX_VALUE, 0, List.of(), 0);

  private static final SystemAllocator INSTANCE = new SystemAllocator();

  /** Plain: seen late, a thread links once more. */
  private static boolean isLinked;

  private SystemAllocator() {}

  /** The functions, as a constant for the compilers; initialised by {@link #functions} alone. */
  private static final class Functions {
    static final CMalloc C = CMalloc.find();
  }

  /**
   * Returns the C library's allocator. Links nothing yet.
   *
   * @return the same object on every call
   * @throws IllegalCallerException if native access is denied; the message names the option
   */
  public static SystemAllocator instance() {
    NativeAccess.check();
    return INSTANCE;
  }

  private static CMalloc functions() {
    if (!isLinked) {
      link();
    }
    return Functions.C;
  }

  /**
   * Links all that is needed before the class of the constant is initialised, which must not fail.
   */
  private static void link() {
    OutOfLine.requireStack();
    CMalloc.find();
    isLinked = true;
  }

  @Override
  public long malloc(long byteSize, long byteAlignment) {
    long address = tryMalloc(byteSize, byteAlignment);
    if (address == NULL) {
      throw outOfMemory(byteSize, byteAlignment);
    }
    return address;
  }

  @Override
  public long tryMalloc(long byteSize, long byteAlignment) {
    Request.check(byteSize, byteAlignment);
    if (byteSize > LARGEST || byteAlignment > LARGEST) {
      return NULL;
    }
    return isAlignedByMalloc(byteSize, byteAlignment)
        ? functions().malloc(Math.max(byteSize, 1))
        : aligned(byteSize, byteAlignment);
  }

  private static boolean isAlignedByMalloc(long byteSize, long byteAlignment) {
    return byteAlignment <= SMALLEST_ALIGNMENT
        || (byteAlignment <= MALLOC_ALIGNMENT && byteSize >= MALLOC_ALIGNMENT);
  }

  private static long aligned(long byteSize, long byteAlignment) {
    long asked = Math.max(byteSize, 1);
    long address = functions().alignedAlloc(byteAlignment, asked);
    // C11 asked for a multiple of the alignment, C17 does not; macOS still does.
    return address != NULL
        ? address
        : functions().alignedAlloc(byteAlignment, (asked + byteAlignment - 1) & -byteAlignment);
  }

  @Override
  public long calloc(long byteSize, long byteAlignment) {
    Request.check(byteSize, byteAlignment);
    if (byteSize <= LARGEST && isAlignedByMalloc(byteSize, byteAlignment)) {
      long address = functions().calloc(Math.max(byteSize, 1));
      if (address == NULL) {
        throw outOfMemory(byteSize, byteAlignment);
      }
      return address;
    }
    OutOfLine.requireStack();
    long address = malloc(byteSize, byteAlignment);
    try {
      RawMemory.zero(address, byteSize);
    } catch (StackOverflowError betweenPieces) {
      free(address);
      throw betweenPieces;
    }
    return address;
  }

  /**
   * {@inheritDoc} Every address but that of a live block has no defined effect.
   *
   * @throws IllegalArgumentException if {@code byteSize} is negative or {@code byteAlignment} is
   *     not a power of two
   */
  @Override
  public long realloc(long address, long byteSize, long byteAlignment) {
    if (address == NULL) {
      return malloc(byteSize, byteAlignment);
    }
    Request.check(byteSize, byteAlignment);
    if (byteSize > LARGEST || byteAlignment > LARGEST) {
      throw outOfMemory(byteSize, byteAlignment);
    }
    if (!isAlignedByMalloc(byteSize, byteAlignment)) {
      return reallocAligned(address, byteSize, byteAlignment);
    }
    long moved = functions().realloc(address, Math.max(byteSize, 1)); // of 0 bytes: a free
    if (moved == NULL) {
      throw outOfMemory(byteSize, byteAlignment);
    }
    return moved;
  }

  private long reallocAligned(long address, long byteSize, long byteAlignment) {
    OutOfLine.requireStack();
    long held = functions().usableSize(address);
    if (byteSize <= held && (address & (byteAlignment - 1)) == 0) {
      return address;
    }
    long moved = malloc(byteSize, byteAlignment);
    try {
      RawMemory.copy(address, moved, Math.min(held, byteSize));
    } catch (StackOverflowError betweenPieces) {
      free(moved);
      throw betweenPieces;
    }
    free(address);
    return moved;
  }

  /**
   * {@inheritDoc} Every address but {@link #NULL} and that of a live block has no defined effect:
   * nothing is checked, and nothing is thrown.
   */
  @Override
  public void free(long address) {
    functions().free(address);
  }

  /**
   * {@inheritDoc} Every address but {@link #NULL} and that of a live block has no defined effect.
   *
   * @throws IllegalArgumentException if {@code address} is {@link #NULL}
   */
  @Override
  public long usableSize(long address) {
    if (address == NULL) {
      throw new IllegalArgumentException("NULL has no usable size; expected a live block");
    }
    return functions().usableSize(address);
  }

  /**
   * Tells whether C could return this address: a multiple of 8, positive as a {@code long}. Whether
   * it has, C does not know.
   */
  @Override
  public boolean owns(long address) {
    return address > NULL && address % SMALLEST_ALIGNMENT == 0;
  }

  /** {@inheritDoc} True above 2 GiB. */
  @Override
  public boolean leavesToSystem(long byteSize) {
    return byteSize > LARGEST;
  }

  /** Returns zeros: C does not tell. */
  @Override
  public AllocatorStats stats() {
    return UNKNOWN;
  }

  /**
   * Calls malloc_trim where the C library has it.
   *
   * @return 0: it does not say how much it gave back
   */
  @Override
  public long trim() {
    functions().trimAll();
    return 0;
  }

  /**
   * Cannot be called: the C library's allocator lives as long as the process.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public void close() {
    throw new UnsupportedOperationException(
        "the C library's allocator is the process's and is never closed");
  }

  /** Returns what this is. */
  @Override
  public String toString() {
    return "SystemAllocator[the C library's malloc]";
  }

  private static OutOfMemoryError outOfMemory(long byteSize, long byteAlignment) {
    String asked = "cannot allocate " + byteSize + " bytes at alignment " + byteAlignment + ": ";
    return new OutOfMemoryError(
        byteSize > LARGEST || byteAlignment > LARGEST
            ? asked + "the largest block, and the largest alignment, is 2 GiB"
            : asked
                + "the C library's malloc has no memory left (errno ENOMEM); raise the"
                + " process's address space (ulimit -v) or allow overcommit"
                + " (vm.overcommit_memory=1)");
  }
}
