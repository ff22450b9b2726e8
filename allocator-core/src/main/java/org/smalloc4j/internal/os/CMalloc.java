package org.smalloc4j.internal.os;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import org.jspecify.annotations.Nullable;

/**
 * The C library's allocator: each method is one downcall of the function of that name, with its
 * rules. Addresses and sizes are C's {@code void *} and {@code size_t}; 0 is NULL.
 *
 * @param library calls a function, in the one shape that is linked for all
 * @param trim {@code malloc_trim}, null where the C library has none
 */
public record CMalloc(
    CLibrary library,
    MemorySegment mallocAddress,
    MemorySegment callocAddress,
    MemorySegment reallocAddress,
    MemorySegment alignedAllocAddress,
    MemorySegment freeAddress,
    MemorySegment usableSizeAddress,
    @Nullable MemorySegment trim) {

  /** Looks the functions up. What fails for want of Java heap can be tried again. */
  @SuppressWarnings("restricted")
  public static CMalloc find() {
    CLibrary library = CLibrary.get();
    SymbolLookup lookup = Linker.nativeLinker().defaultLookup();
    return new CMalloc(
        library,
        lookup.findOrThrow("malloc"),
        lookup.findOrThrow("calloc"),
        lookup.findOrThrow("realloc"),
        lookup.findOrThrow("aligned_alloc"),
        lookup.findOrThrow("free"),
        lookup.find("malloc_usable_size").orElseGet(() -> lookup.findOrThrow("malloc_size")),
        lookup.find("malloc_trim").orElse(null));
  }

  /** Contents: undefined. */
  public long malloc(long byteSize) {
    return library.call(mallocAddress, byteSize, 0, 0, 0, 0, 0);
  }

  /** Contents: zero. */
  public long calloc(long byteSize) {
    return library.call(callocAddress, 1, byteSize, 0, 0, 0, 0);
  }

  /** Contents: kept up to the smaller size. */
  public long realloc(long address, long byteSize) {
    return library.call(reallocAddress, address, byteSize, 0, 0, 0, 0);
  }

  /** Contents: undefined. Some libraries want the size to be a multiple of the alignment. */
  public long alignedAlloc(long byteAlignment, long byteSize) {
    return library.call(alignedAllocAddress, byteAlignment, byteSize, 0, 0, 0, 0);
  }

  /** Contents: gone. An address that is not a live block's has no defined effect. */
  public void free(long address) {
    library.call(freeAddress, address, 0, 0, 0, 0, 0);
  }

  /** Contents: unchanged. An address that is not a live block's has no defined effect. */
  public long usableSize(long address) {
    return library.call(usableSizeAddress, address, 0, 0, 0, 0, 0);
  }

  /** Has the C library give free memory back to the system, if it can. Contents: unchanged. */
  public void trimAll() {
    if (trim != null) {
      library.call(trim, 0, 0, 0, 0, 0, 0);
    }
  }
}
