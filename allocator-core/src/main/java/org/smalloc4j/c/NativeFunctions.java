package org.smalloc4j.c;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Map;
import java.util.Optional;
import org.smalloc4j.Allocator;

/**
 * Function pointers by which C code allocates here: those of C's library, and those that zlib,
 * SQLite and Lua take in place of them.
 *
 * <p><b>Failure</b> reaches C as NULL, never as an exception. So does misuse: what the allocator
 * refuses with an exception (the block freed last freed again, a pointer that is no block or points
 * into one) changes nothing, and {@link #failures} counts it. What the allocator does not notice, C
 * has on its conscience, as with any malloc. An allocation that needs more than the Java heap or
 * the stack has left fails in the same way. Two things end the process, before any code of this
 * class runs: a stack that ends in the JVM's own part of a call, and a Java heap too full for the
 * object that a thread started by C gets at its first call.
 *
 * <p><b>Blocks</b> are the allocator's own: Java may free what C allocated, and C what Java did.
 * They are aligned to 16 bytes, those of up to 8 bytes to 8, and are not zeroed unless said.
 *
 * <p><b>Threads.</b> Any thread may call them, also one that C started: the JVM attaches it at its
 * first call as a daemon thread, and detaches it when it ends. They call the allocator and nothing
 * else that could block, so its progress guarantee holds. They must not be reached from a downcall
 * that was linked with {@code Linker.Option.critical}: the JVM crashes.
 *
 * <p><b>Cost.</b> A call crosses into the JVM and back, some tens of nanoseconds beside the
 * allocator's own (docs/c-code.md). It makes no garbage.
 *
 * <p><b>Lifetime.</b> The pointers end with {@link #close}; until then the allocator cannot be
 * closed. An object that is dropped open stays, and keeps its allocator.
 */
public final class NativeFunctions implements AutoCloseable {
  private static final String PREFIX = "smalloc4j_";

  private final Allocator allocator;
  private final CFunctions functions;
  private final Arena lifetime;

  private final MemorySegment malloc;
  private final MemorySegment calloc;
  private final MemorySegment realloc;
  private final MemorySegment free;
  private final MemorySegment alignedAlloc;
  private final MemorySegment usableSize;
  private final MemorySegment zalloc;
  private final MemorySegment zfree;
  private final MemorySegment sqliteMemMethods;
  private final MemorySegment luaAlloc;
  private final Map<String, MemorySegment> symbols;

  private NativeFunctions(Allocator allocator, Arena lifetime) {
    this.allocator = allocator;
    this.lifetime = lifetime;
    functions = new CFunctions(new CRules(allocator));
    Stubs stubs = new Stubs(functions, lifetime);
    malloc = stubs.malloc();
    calloc = stubs.calloc();
    realloc = stubs.realloc();
    free = stubs.free();
    alignedAlloc = stubs.alignedAlloc();
    usableSize = stubs.usableSize();
    zalloc = stubs.zalloc();
    zfree = stubs.zfree();
    sqliteMemMethods = stubs.sqliteMemMethods(free);
    luaAlloc = stubs.luaAlloc();
    symbols =
        Map.of(
            "malloc", malloc,
            "calloc", calloc,
            "realloc", realloc,
            "free", free,
            "aligned_alloc", alignedAlloc,
            "malloc_usable_size", usableSize);
  }

  /**
   * Makes the function pointers of an allocator, and attaches them to it.
   *
   * @param allocator where the blocks come from; a heap or any wrapper
   * @return open pointers
   * @throws IllegalStateException if {@code allocator} is closed
   * @throws IllegalCallerException if native access is not enabled for this module
   */
  public static NativeFunctions of(Allocator allocator) {
    Arena lifetime = Arena.ofShared();
    try {
      NativeFunctions made = new NativeFunctions(allocator, lifetime);
      allocator.attach(made);
      return made;
    } catch (Throwable refused) { // nobody has seen a pointer yet
      lifetime.close();
      throw refused;
    }
  }

  /**
   * Returns {@code void *malloc(size_t size)}. It gives an uninitialised block; {@code malloc(0)}
   * gives one of its own, to be freed like any other; NULL if there is none to be had.
   *
   * @return a function pointer, valid until {@link #close}
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment malloc() {
    return open(malloc);
  }

  /**
   * Returns {@code void *calloc(size_t count, size_t size)}. It gives a zeroed block; NULL if the
   * product overflows or there is no such block.
   *
   * @return a function pointer, valid until {@link #close}
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment calloc() {
    return open(calloc);
  }

  /**
   * Returns {@code void *realloc(void *p, size_t size)}. It gives the block, moved or not, with its
   * contents up to the smaller size and no more aligned than {@link #malloc} does; NULL, and {@code
   * p} is as it was, if there is no such block or {@code p} is none. {@code realloc(NULL, size)} is
   * {@code malloc(size)}. {@code realloc(p, 0)}, which C leaves open, keeps a block of size 0 that
   * has to be freed.
   *
   * @return a function pointer, valid until {@link #close}
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment realloc() {
    return open(realloc);
  }

  /**
   * Returns {@code void free(void *p)}. It ends the life of a block of this allocator, whichever
   * function gave it; {@code free(NULL)} does nothing; what is no block is left alone and counted.
   *
   * @return a function pointer, valid until {@link #close}
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment free() {
    return open(free);
  }

  /**
   * Returns {@code void *aligned_alloc(size_t alignment, size_t size)}, the alignment first. It
   * gives an uninitialised block; {@code size} need not be a multiple of {@code alignment}; NULL if
   * that is not a power of two or there is no such block.
   *
   * @return a function pointer, valid until {@link #close}
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment alignedAlloc() {
    return open(alignedAlloc);
  }

  /**
   * Returns {@code size_t malloc_usable_size(void *p)}. It gives the bytes that may be used at
   * {@code p}; 0 for NULL; 0, which counts as a failure, for what is no block.
   *
   * @return a function pointer, valid until {@link #close}
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment usableSize() {
    return open(usableSize);
  }

  /**
   * Returns zlib's {@code alloc_func}, {@code void *(*)(void *opaque, unsigned items, unsigned
   * size)}, for {@code z_stream.zalloc}. It gives an uninitialised block, or NULL; {@code opaque}
   * does not matter.
   *
   * @return a function pointer, valid until {@link #close}
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment zalloc() {
    return open(zalloc);
  }

  /**
   * Returns zlib's {@code free_func}, {@code void (*)(void *opaque, void *p)}, for {@code
   * z_stream.zfree}.
   *
   * @return a function pointer, valid until {@link #close}
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment zfree() {
    return open(zfree);
  }

  /**
   * Returns a {@code struct sqlite3_mem_methods} for {@code sqlite3_config(SQLITE_CONFIG_MALLOC,
   * …)}, which comes before SQLite's initialisation, or after {@code sqlite3_shutdown()}. {@code
   * xSize} is the usable size, so {@code sqlite3_memory_used()} is the sum of the usable sizes of
   * SQLite's blocks; {@code xRoundup} rounds up to a multiple of 8; {@code xInit} and {@code
   * xShutdown} do nothing. SQLite copies the struct.
   *
   * @return the struct, 64 bytes aligned to 8, read-only, valid as its pointers are until {@link
   *     #close}
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment sqliteMemMethods() {
    return open(sqliteMemMethods);
  }

  /**
   * Returns a {@code lua_Alloc}, {@code void *(*)(void *ud, void *p, size_t osize, size_t nsize)},
   * for {@code lua_newstate}. {@code nsize} 0 frees and gives NULL. Where no block is to be had it
   * gives NULL, from which Lua makes its own memory error, and for a block that is not to grow the
   * block as it is, since Lua relies on that. {@code ud} does not matter.
   *
   * @return a function pointer, valid until {@link #close}
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment luaAlloc() {
    return open(luaAlloc);
  }

  /**
   * Returns the functions of C's library by their names: {@code malloc}, {@code calloc}, {@code
   * realloc}, {@code free}, {@code aligned_alloc}, {@code malloc_usable_size}, and each with the
   * prefix {@code smalloc4j_}.
   *
   * @return a lookup that finds these and nothing else, of use until {@link #close}
   * @throws IllegalStateException if this is closed
   */
  public SymbolLookup lookup() {
    open(malloc);
    return name ->
        Optional.ofNullable(
            symbols.get(name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name));
  }

  /**
   * Returns how many calls ended with NULL for want of memory, or with a misuse that was refused,
   * or with an error of the allocator that was kept from C. Exact, but that of calls which overflow
   * their stacks at the same time some may be missed. Can be asked after {@link #close} too.
   *
   * @return the number of calls since this was made
   */
  public long failures() {
    return functions.failures();
  }

  /**
   * Ends the pointers, and detaches from the allocator, which can be closed then. Blocks stay.
   * Idempotent.
   *
   * <p>C code must not be inside a call, and must not call a pointer it has kept: it would jump
   * into memory that is something else by then. Nothing can be done about that here. Zlib's streams
   * and Lua's states have to be closed before, SQLite to be shut down.
   *
   * @throws IllegalStateException if a downcall that got one of the pointers as an argument has not
   *     returned yet; nothing has changed then
   */
  @Override
  public synchronized void close() {
    if (lifetime.scope().isAlive()) {
      lifetime.close();
    }
    allocator.detach(this);
  }

  /** Returns whose functions these are. */
  @Override
  public String toString() {
    return "NativeFunctions[" + allocator + (lifetime.scope().isAlive() ? "]" : ", closed]");
  }

  private MemorySegment open(MemorySegment pointer) {
    if (!lifetime.scope().isAlive()) {
      throw new IllegalStateException(
          "the function pointers of " + allocator + " are closed; make others of it");
    }
    return pointer;
  }
}
