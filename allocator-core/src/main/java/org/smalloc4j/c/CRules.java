package org.smalloc4j.c;

import java.util.concurrent.atomic.AtomicLong;
import org.smalloc4j.Allocator;

/**
 * What each C function does with an allocator, by the rules of whoever calls it: C's library, zlib,
 * SQLite, Lua. Pointers and {@code size_t} are {@code long}s.
 *
 * <p>What the allocator throws is counted and becomes NULL. A stack that ends can be thrown all the
 * same, from the start of any method or from a handler: {@link CFunctions} sees to it. Nothing is
 * called once a block has been taken, so no block is lost then.
 */
final class CRules {
  static final long NULL = Allocator.NULL;

  /** What SQLite wants every block aligned to, and every size rounded up to. */
  private static final int SQLITE_STEP = 8;

  private final Allocator allocator;

  /** Read and incremented as a volatile; no other memory depends on its order. */
  private final AtomicLong failures = new AtomicLong();

  CRules(Allocator allocator) {
    this.allocator = allocator;
  }

  long failures() {
    return failures.get();
  }

  long malloc(long byteSize) {
    return alignedAlloc(alignmentOf(byteSize), byteSize);
  }

  long calloc(long count, long byteSize) {
    try {
      long product = count * byteSize;
      return Math.unsignedMultiplyHigh(count, byteSize) == 0
          ? allocator.calloc(product, alignmentOf(product))
          : failed();
    } catch (Throwable refused) {
      return failed();
    }
  }

  long realloc(long address, long byteSize) {
    try {
      return allocator.realloc(address, byteSize, alignmentOf(byteSize));
    } catch (Throwable refused) {
      return failed();
    }
  }

  void free(long address) {
    try {
      allocator.free(address);
    } catch (Throwable refused) {
      long ignored = failed();
    }
  }

  long alignedAlloc(long byteAlignment, long byteSize) {
    try {
      long address = allocator.tryMalloc(byteSize, byteAlignment);
      return address != NULL ? address : failed();
    } catch (Throwable refused) {
      return failed();
    }
  }

  long usableSize(long address) {
    try {
      return address == NULL ? 0 : allocator.usableSize(address);
    } catch (Throwable refused) {
      return failed();
    }
  }

  /** zlib's {@code alloc_func}: the product of two 32-bit numbers may have 64 bits. */
  long zalloc(int items, int byteSize) {
    return malloc(Integer.toUnsignedLong(items) * Integer.toUnsignedLong(byteSize));
  }

  /** SQLite's {@code xSize}; a block of 2 GiB, which it never asks for, is said to be 1 less. */
  int sqliteSize(long address) {
    return (int) Math.min(usableSize(address), Integer.MAX_VALUE);
  }

  /** SQLite's {@code xRoundup}; 0 makes it fail the allocation. */
  int sqliteRoundup(int byteSize) {
    return byteSize <= 0 || byteSize > Integer.MAX_VALUE - SQLITE_STEP
        ? 0
        : (byteSize + SQLITE_STEP - 1) & -SQLITE_STEP;
  }

  /**
   * {@code lua_Alloc}: size 0 frees, and a block that does not grow is never refused. For a new
   * block the old size says what kind of object it is for.
   */
  long luaAlloc(long address, long oldByteSize, long newByteSize) {
    if (newByteSize == 0) {
      free(address);
      return NULL;
    }
    long moved = realloc(address, newByteSize);
    return moved == NULL && newByteSize <= oldByteSize ? address : moved;
  }

  /**
   * Returns the alignment in bytes that C may expect of a block: 16, as its largest fundamental
   * type has, or 8 where only types up to 8 bytes fit.
   */
  private static long alignmentOf(long byteSize) {
    return byteSize > 8 ? 16 : 8;
  }

  private long failed() {
    failures.incrementAndGet();
    return NULL;
  }
}
