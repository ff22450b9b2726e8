package org.smalloc4j.c;

/**
 * What C calls: {@link CRules}, with nothing thrown on any account. C cannot pass an exception on,
 * and the JVM ends the process for one.
 *
 * <p>What arrives here is the end of the stack. A handler that called a method could overflow it
 * once more, so none does.
 */
final class CFunctions {
  private static final long NULL = CRules.NULL;

  /** SQLITE_OK. */
  private static final int OK = 0;

  private final CRules rules;

  /** Plain, since an atomic increment is a call. */
  private long overflows;

  CFunctions(CRules rules) {
    this.rules = rules;
  }

  /**
   * Returns how many calls failed. Of calls that overflow the stack at the same time in several
   * threads some may be missed.
   */
  long failures() {
    return rules.failures() + overflows;
  }

  /** {@code void *malloc(size_t size)}. */
  long malloc(long byteSize) {
    try {
      return rules.malloc(byteSize);
    } catch (Throwable stackEnds) {
      overflows++;
      return NULL;
    }
  }

  /** {@code void *calloc(size_t count, size_t size)}. */
  long calloc(long count, long byteSize) {
    try {
      return rules.calloc(count, byteSize);
    } catch (Throwable stackEnds) {
      overflows++;
      return NULL;
    }
  }

  /** {@code void *realloc(void *p, size_t size)}. */
  long realloc(long address, long byteSize) {
    try {
      return rules.realloc(address, byteSize);
    } catch (Throwable stackEnds) {
      overflows++;
      return NULL;
    }
  }

  /** {@code void free(void *p)}. */
  void free(long address) {
    try {
      rules.free(address);
    } catch (Throwable stackEnds) {
      overflows++;
    }
  }

  /** {@code void *aligned_alloc(size_t alignment, size_t size)}. */
  long alignedAlloc(long byteAlignment, long byteSize) {
    try {
      return rules.alignedAlloc(byteAlignment, byteSize);
    } catch (Throwable stackEnds) {
      overflows++;
      return NULL;
    }
  }

  /** {@code size_t malloc_usable_size(void *p)}. */
  long usableSize(long address) {
    try {
      return rules.usableSize(address);
    } catch (Throwable stackEnds) {
      overflows++;
      return 0;
    }
  }

  /** {@code void *zalloc(void *opaque, unsigned items, unsigned size)}. */
  long zalloc(long opaque, int items, int byteSize) {
    try {
      return rules.zalloc(items, byteSize);
    } catch (Throwable stackEnds) {
      overflows++;
      return NULL;
    }
  }

  /** {@code void zfree(void *opaque, void *p)}. */
  void zfree(long opaque, long address) {
    try {
      rules.free(address);
    } catch (Throwable stackEnds) {
      overflows++;
    }
  }

  /** {@code void *xMalloc(int size)}; one below 0 is refused. */
  long sqliteMalloc(int byteSize) {
    try {
      return rules.malloc(byteSize);
    } catch (Throwable stackEnds) {
      overflows++;
      return NULL;
    }
  }

  /** {@code void *xRealloc(void *p, int size)}; a size below 0 is refused. */
  long sqliteRealloc(long address, int byteSize) {
    try {
      return rules.realloc(address, byteSize);
    } catch (Throwable stackEnds) {
      overflows++;
      return NULL;
    }
  }

  /** {@code int xSize(void *p)}. */
  int sqliteSize(long address) {
    try {
      return rules.sqliteSize(address);
    } catch (Throwable stackEnds) {
      overflows++;
      return 0;
    }
  }

  /** {@code int xRoundup(int size)}. */
  int sqliteRoundup(int byteSize) {
    try {
      return rules.sqliteRoundup(byteSize);
    } catch (Throwable stackEnds) {
      overflows++;
      return 0;
    }
  }

  /** {@code int xInit(void *appData)}: there is nothing to set up. */
  int sqliteInit(long appData) {
    return OK;
  }

  /** {@code void xShutdown(void *appData)}: {@link NativeFunctions#close} is the user's. */
  void sqliteShutdown(long appData) {}

  /** {@code void *lua_Alloc(void *ud, void *p, size_t oldSize, size_t newSize)}. */
  long luaAlloc(long userData, long address, long oldByteSize, long newByteSize) {
    try {
      return rules.luaAlloc(address, oldByteSize, newByteSize);
    } catch (Throwable stackEnds) {
      overflows++;
      return newByteSize != 0 && newByteSize <= oldByteSize ? address : NULL;
    }
  }
}
